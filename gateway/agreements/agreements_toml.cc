#include "gateway/agreements/agreements_toml.h"

#include <algorithm>

namespace portage::agreements {

namespace {

using format::TomlKind;
using format::TomlNode;
using format::TomlWords;

const std::vector<std::string> kKeys = {"id",     "title",  "authority", "purpose", "consent",
                                        "from",   "to",     "since",     "until",   "certainty",
                                        "source", "sample", "flow"};

void day(TomlWords& words, const TomlNode& node, std::optional<base::Day>& into, Written& where) {
  where = TomlWords::at(node, {});
  into = TomlWords::day(node);
  if (!into) words.wrong_type(node, node.key, "2023-04-01");
}

WrittenFlow flow(TomlWords& words, const TomlNode& table) {
  WrittenFlow out;
  out.here = TomlWords::at(table, {});
  for (const TomlNode& member : table.children) {
    if (member.key == "kind") {
      out.kinds = words.texts(member, member.key);
    } else if (member.key == "fields") {
      out.fields = words.texts(member, member.key);
    } else {
      words.unknown_key(member, {"kind", "fields"});
    }
  }
  return out;
}

Written* plain_text(WrittenAgreement& out, std::string_view name) {
  if (name == "id") return &out.id;
  if (name == "purpose") return &out.purpose;
  if (name == "consent") return &out.consent;
  if (name == "certainty") return &out.certainty;
  return name == "source" ? &out.source : nullptr;
}

WrittenAgreement agreement(TomlWords& words, const TomlNode& table) {
  WrittenAgreement out;
  out.file = words.file();
  out.here = TomlWords::at(table, {});
  for (const TomlNode& member : table.children) {
    const std::string& name = member.key;
    if (Written* into = plain_text(out, name)) {
      *into = words.text(member, name);
    } else if (name == "title") {
      words.two_languages(member, name, out.title_en, out.title_fr);
    } else if (name == "authority") {
      words.two_languages(member, name, out.authority_en, out.authority_fr);
    } else if (name == "from") {
      out.from = words.texts(member, name);
    } else if (name == "to") {
      out.to = words.texts(member, name);
    } else if (name == "since") {
      day(words, member, out.since, out.since_at);
    } else if (name == "until") {
      day(words, member, out.until, out.until_at);
    } else if (name == "sample") {
      if (!member.is(TomlKind::boolean)) words.wrong_type(member, name, "true");
      out.sample = member.boolean;
    } else if (name == "flow") {
      words.each_table(member, name, "[[agreement.flow]]",
                       [&](const TomlNode& inner) { out.flows.push_back(flow(words, inner)); });
    } else {
      words.unknown_key(member, kKeys);
    }
  }
  return out;
}

}  // namespace

std::vector<WrittenAgreement> read_agreements(std::string_view bytes, const std::string& file,
                                              std::vector<base::Finding>& findings) {
  std::vector<WrittenAgreement> out;
  format::TomlFile toml =
      format::read_toml(bytes, file, {"agreements", kAgreementBytes, kAgreementDepth});
  std::move(toml.findings.begin(), toml.findings.end(), std::back_inserter(findings));
  TomlWords words("agreements", file, findings);
  words.only_tables(toml.root, "agreement",
                    [&](const TomlNode& table) { out.push_back(agreement(words, table)); });
  return out;
}

}  // namespace portage::agreements
