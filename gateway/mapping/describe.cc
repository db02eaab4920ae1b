#include "gateway/mapping/describe.h"

#include <array>

#include "gateway/mapping/parser.h"
#include "gateway/mapping/program.h"

namespace portage::mapping {
namespace {

struct Phrase {
  std::string_view name, en, fr;  // {} stands for the step's arguments
};
constexpr std::array<Phrase, 31> kPhrases = {{
    {"after", "what stands after {}", "ce qui suit {}"},
    {"at", "the instant at {}", "l'instant à {}"},
    {"before", "what stands before {}", "ce qui précède {}"},
    {"cents", "dollars as whole cents", "des dollars en cents entiers"},
    {"code", "the code through {}", "le code selon {}"},
    {"count", "the number of", "le nombre de"},
    {"cut", "at most the first {} characters", "au plus les {} premiers caractères"},
    {"date", "a date written {}", "une date écrite {}"},
    {"datetime", "an instant with its offset", "un instant avec son décalage"},
    {"day", "the day in {}", "le jour à {}"},
    {"decimal", "an exact decimal", "un nombre décimal exact"},
    {"each", "for every item: {}", "pour chaque élément : {}"},
    {"first", "the first there is", "le premier présent"},
    {"health_card", "a health number whose check digit is right",
     "un numéro de carte Santé dont le chiffre de contrôle est juste"},
    {"integer", "a whole number", "un nombre entier"},
    {"join", "put together with {}", "réunis par {}"},
    {"joined", "put together with {}", "réunis par {}"},
    {"label", "the label from {}", "le libellé selon {}"},
    {"latin", "without accents", "sans accents"},
    {"lower", "in small letters", "en minuscules"},
    {"name_uuid", "an id made of its parts", "un identifiant tiré de ses parties"},
    {"nothing", "{} means that there is none", "{} veut dire qu'il n'y en a pas"},
    {"phone", "a telephone number", "un numéro de téléphone"},
    {"postal", "a postal code", "un code postal"},
    {"sin", "a social insurance number whose check digit is right",
     "un numéro d'assurance sociale dont le chiffre de contrôle est juste"},
    {"split", "cut at {}", "coupé à {}"},
    {"strip", "without {} in front", "sans {} au début"},
    {"take", "the first {} characters", "les {} premiers caractères"},
    {"trim", "without blanks around it", "sans espaces autour"},
    {"upper", "in capitals", "en majuscules"},
    {"uuid", "a UUID", "un UUID"},
}};

class Teller {
 public:
  Teller(std::string_view source, const Findings& findings)
      : source_(source), findings_(findings) {}

  void all(const std::vector<Stmt>& statements, const std::string& ours,
           const std::string& theirs) {
    for (const Stmt& s : statements) one(s, ours, theirs);
  }
  std::vector<FieldStory> take() { return std::move(out_); }
  std::vector<ClauseStory> take_clauses() { return std::move(clauses_); }

  // One blank between tokens, so that layout and comments do not count.
  std::string tokens(Span span) const {
    const std::string_view part = source_.substr(span.begin, span.end - span.begin);
    std::string out;
    for (const Token& t : tokenize(part).all) {
      if (t.kind == TokenKind::end || t.kind == TokenKind::newline) continue;
      out += out.empty() ? "" : " ";
      out += part.substr(t.span.begin, t.span.end - t.span.begin);
    }
    return out;
  }
  void header(const File& file) {
    clause("dated", Arrow::both, file.dated_envelope ? "envelope" : tokens(file.dated_span),
           file.dated_span);
    if (!file.batch.empty()) clause("batch", Arrow::in, file.batch, file.batch_span);
    for (const File::Prefix& p : file.prefixes)
      clause("prefix " + p.name, Arrow::both, p.uri, p.span);
  }

 private:
  std::string text(Span span) const {
    std::string out;
    bool blank = false;
    for (const char c : source_.substr(span.begin, span.end - span.begin)) {
      if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
        blank = true;
        continue;
      }
      if (blank && !out.empty()) out += ' ';
      blank = false;
      out += c;
    }
    return out;
  }

  static std::string below(const std::string& base, const std::string& path) {
    if (base.empty()) return path;
    return path == "it" ? base : base + "." + path;
  }

  static const Expr& head(const Expr& e) { return e.kind == Expr::Kind::pipe ? *e.children[0] : e; }

  void steps(const Expr& e, std::string& en, std::string& fr) const {
    const auto add = [](std::string& to, std::string_view part) {
      if (!to.empty()) to += "; ";
      to += part;
    };
    for (const StepExpr& s : e.steps) {
      std::string arguments =
          s.arguments.empty() ? std::string() : text({s.arguments.front().span.begin, s.span.end});
      const Phrase* phrase = nullptr;
      for (const Phrase& p : kPhrases) {
        if (p.name == s.name) phrase = &p;
      }
      const auto fill = [&](std::string_view pattern) {
        std::string out(pattern);
        const std::size_t at = out.find("{}");
        if (at != std::string::npos) out.replace(at, 2, arguments);
        return out;
      };
      add(en, phrase ? fill(phrase->en) : s.name + " " + arguments);
      add(fr, phrase ? fill(phrase->fr) : s.name + " " + arguments);
    }
    for (const Fallback& f : e.fallbacks) {
      const bool missing = f.when == Fallback::When::missing;
      const std::string what =
          f.what == Fallback::What::value ? text(f.value->span) : "\"" + f.code + "\"";
      add(en, std::string(missing ? "if there is none: " : "if it can't be read: ") +
                  (f.what == Fallback::What::reject ? "the record is refused, " + what
                   : f.what == Fallback::What::note ? "left out, with the note " + what
                                                    : what));
      add(fr, std::string(missing ? "s'il n'y en a pas : " : "s'il est illisible : ") +
                  (f.what == Fallback::What::reject ? "l'enregistrement est refusé, " + what
                   : f.what == Fallback::What::note ? "omis, avec la note " + what
                                                    : what));
    }
  }

  static const char* arrow_text(Arrow arrow) {
    return arrow == Arrow::both ? "<->" : arrow == Arrow::in ? "<-" : "->";
  }

  void clause(const std::string& what, Arrow arrow, const std::string& text, Span span) {
    if (arrow == Arrow::both && when_in_ != when_out_) {
      clause(what, Arrow::in, text, span);
      return clause(what, Arrow::out, text, span);
    }
    const std::string& test = arrow == Arrow::out ? when_out_ : when_in_;
    clauses_.push_back({what, arrow_text(arrow), test.empty() ? text : "when " + test + ": " + text,
                        findings_.line(span)});
  }

  // What stands before the block.
  std::string head_of(const Stmt& s) const {
    if (s.block.empty()) return tokens(s.span);
    std::string out = tokens({s.span.begin, s.block.front().span.begin});
    while (!out.empty() && (out.back() == '{' || out.back() == ' ')) out.pop_back();
    return out;
  }

  void branch(const Stmt& s, const std::string& ours, const std::string& theirs) {
    const std::string in = when_in_, out = when_out_;
    const auto add = [&](std::string& to, const ExprPtr& test) {
      if (test) to += (to.empty() ? "" : " and ") + tokens(test->span);
    };
    if (s.arrow != Arrow::out) add(when_in_, s.right);
    if (s.arrow != Arrow::in) add(when_out_, s.arrow == Arrow::both ? s.left : s.right);
    all(s.block, ours, theirs);
    when_in_ = in;
    when_out_ = out;
  }

  void beside(const Stmt& s, const std::string& ours, const std::string& theirs) {
    switch (s.kind) {
      case Stmt::Kind::let:
        return clause("let " + s.name, s.arrow, s.right ? tokens(s.right->span) : "", s.span);
      case Stmt::Kind::place:
        return clause("place " + s.name, Arrow::both, tokens(s.paths.front().span), s.span);
      case Stmt::Kind::require:
        return clause("require " + s.text, Arrow::in, s.left ? tokens(s.left->span) : "", s.span);
      case Stmt::Kind::none:
        return clause("none", Arrow::in, s.text, s.span);
      case Stmt::Kind::make:
        return clause("make " + s.schema, Arrow::in, head_of(s), s.span);
      case Stmt::Kind::use:
        return clause("use " + s.name, Arrow::both,
                      (ours.empty() && theirs.empty() ? "" : ours + ", " + theirs), s.span);
      case Stmt::Kind::each:
        if (!s.paths.empty() && s.left)
          clause("each " + below(ours, text(s.left->span)), s.arrow, head_of(s), s.span);
        return;
      default:
        return;
    }
  }

  void one(const Stmt& s, const std::string& ours, const std::string& theirs) {
    beside(s, ours, theirs);
    if (s.kind == Stmt::Kind::when) return branch(s, ours, theirs);
    if (s.kind == Stmt::Kind::def || s.kind == Stmt::Kind::make) return all(s.block, ours, theirs);
    if (s.kind == Stmt::Kind::ignore) return ignore(s, ours, theirs);
    if (s.kind == Stmt::Kind::same) {
      for (const Path& p : s.paths) {
        FieldStory f;
        f.ours = f.theirs = text(p.span);
        f.way = "<->";
        f.text_en = "copied unchanged";
        f.text_fr = "copié tel quel";
        f.line = findings_.line(p.span);
        tell(std::move(f));
      }
      return;
    }
    if ((s.kind != Stmt::Kind::rule && s.kind != Stmt::Kind::each) || !s.left || !s.right) return;
    FieldStory f;
    f.way = arrow_text(s.arrow);
    f.line = findings_.line(s.span);
    const Expr& left = head(*s.left);
    const Expr& right = head(*s.right);
    const auto side = [&](const Expr& e, const std::string& base) {
      return e.kind == Expr::Kind::path ? below(base, text(e.span)) : text(e.span);
    };
    f.ours = side(left, ours);
    f.theirs = side(right, theirs);
    if (s.kind == Stmt::Kind::each || s.has_block) {
      const bool list = s.kind == Stmt::Kind::each;
      f.text_en = list ? "one for one" : "a group, made only if something is in it";
      f.text_fr = list ? "un pour un" : "un groupe, créé seulement s'il contient quelque chose";
      const std::string inner_ours = f.ours, inner_theirs = f.theirs;
      tell(std::move(f));
      return all(s.block, inner_ours, inner_theirs);
    }
    steps(*s.right, f.text_en, f.text_fr);
    steps(*s.left, f.text_en, f.text_fr);
    if (s.arrow == Arrow::both && left.kind != Expr::Kind::path) {
      f.text_en = "always written; checked when it comes in";
      f.text_fr = "toujours écrit; vérifié à l'arrivée";
    }
    if (f.text_en.empty()) {
      f.text_en = "the same value";
      f.text_fr = "la même valeur";
    }
    tell(std::move(f));
  }

  void ignore(const Stmt& s, const std::string& ours, const std::string& theirs) {
    for (const Path& p : s.paths) {
      FieldStory f;
      (s.theirs ? f.theirs : f.ours) = below(s.theirs ? theirs : ours, text(p.span));
      f.way = arrow_text(s.arrow);
      f.text_en = "not carried: " + s.text;
      f.text_fr = "non transmis : " + s.text;
      f.line = findings_.line(p.span);
      tell(std::move(f));
    }
  }

  void tell(FieldStory f) {
    f.when_in = when_in_;
    f.when_out = when_out_;
    out_.push_back(std::move(f));
  }

  std::string_view source_;
  const Findings& findings_;
  std::vector<FieldStory> out_;
  std::vector<ClauseStory> clauses_;
  std::string when_in_, when_out_;  // the tests around
};

}  // namespace

std::vector<FieldStory> stories(const File& file, std::string_view source,
                                const Findings& findings) {
  Teller teller(source, findings);
  teller.all(file.statements, {}, {});
  return teller.take();
}

std::vector<ClauseStory> clauses(const Mapping& mapping) {
  Findings findings(mapping.source(), mapping.file());
  const File file = parse(mapping.source(), findings);
  Teller teller(mapping.source(), findings);
  teller.header(file);
  teller.all(file.statements, {}, {});
  return teller.take_clauses();
}

std::vector<FieldStory> describe(const Mapping& mapping) { return mapping.program().stories; }

}  // namespace portage::mapping
