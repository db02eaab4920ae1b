// One planted mistake each: the code, the file, the line and the column where a person would look.
#include <gtest/gtest.h>

#include "tests/unit/config/planted.h"

namespace portage::config {
namespace {

constexpr const char* kDigest = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

struct Mistake {
  const char* name;
  const char* settings;  // nullptr: sound ones
  const char* party;     // of parties/cmsm-halton.toml; nullptr: none
  const char* code;
  std::uint32_t line, column;
  const char* suggestion = "";
  bool warning = false;
};

class ConfigMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistake, IsFoundWhereItStands) {
  const Mistake& mistake = GetParam();
  Planted planted;
  if (mistake.settings != nullptr) {
    planted.settings(mistake.settings);
  } else {
    planted.sound_settings();
  }
  if (mistake.party != nullptr) planted.party("cmsm-halton", mistake.party);
  const Loaded loaded = planted.load();
  const base::Finding* found = finding_of(loaded, mistake.code);
  ASSERT_NE(found, nullptr) << all_of(loaded);
  const std::string file =
      mistake.settings != nullptr ? "portage.toml" : "parties/cmsm-halton.toml";
  EXPECT_EQ(found->place.file, planted.path(file));
  EXPECT_EQ(found->place.line, mistake.line) << all_of(loaded);
  EXPECT_EQ(found->place.column, mistake.column) << all_of(loaded);
  EXPECT_EQ(found->suggestion, mistake.suggestion);
  EXPECT_EQ(found->severity, mistake.warning ? base::Severity::warning : base::Severity::error);
  EXPECT_EQ(loaded.config == nullptr, !mistake.warning) << all_of(loaded);
  // Nothing else is said about it.
  EXPECT_EQ(loaded.findings.size(), 1u) << all_of(loaded);
  // Both languages have words for it, and every {argument} is filled in.
  for (const bool french : {false, true}) {
    const std::string text = render(*found, french);
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
    EXPECT_NE(text.find(mistake.code), std::string::npos);
  }
  EXPECT_NE(render(*found, false), render(*found, true));
}

#define GATEWAY(text)               \
  "[gateway]\nstate = \"s\"\n" text \
  "\n[[listener]]\nname = \"operator\"\nunix = \"a.sock\"\nidentity = \"operator\"\n"
#define LISTENER(text) "[gateway]\nstate = \"s\"\n[[listener]]\nname = \"one\"\n" text "\n"
#define HALTON(text) "id = \"cmsm-halton\"\n" text "\n"
#define SENDS \
  "[[sends]]\nkind = \"referral\"\nform = \"halton/referral@2\"\nmapping = \"halton/referral\"\n"

INSTANTIATE_TEST_SUITE_P(
    Settings, ConfigMistake,
    testing::Values(
        Mistake{"syntax", GATEWAY("name = "), nullptr, "config.syntax", 3, 8},
        Mistake{"open_text", GATEWAY("name = \"portage"), nullptr, "config.syntax", 3, 16},
        Mistake{"repeated_key", GATEWAY("loops = 1\nloops = 2"), nullptr, "config.repeated_key", 4,
                9},
        Mistake{"repeated_table", GATEWAY("[gateway]"), nullptr, "config.repeated_key", 3, 1},
        Mistake{"unknown_table", GATEWAY("[limit]\ndepth = 9"), nullptr, "config.unknown_key", 3, 2,
                "limits"},
        Mistake{"unknown_key", GATEWAY("lops = 2"), nullptr, "config.unknown_key", 3, 1, "loops"},
        Mistake{"far_key", GATEWAY("zzzzzzzzzzz = 2"), nullptr, "config.unknown_key", 3, 1},
        Mistake{"text_for_number", GATEWAY("loops = \"2\""), nullptr, "config.type", 3, 9},
        Mistake{"fraction", GATEWAY("loops = 1.5"), nullptr, "config.type", 3, 9},
        Mistake{"number_for_text", GATEWAY("name = 7"), nullptr, "config.type", 3, 8},
        Mistake{"too_many_loops", GATEWAY("loops = 65"), nullptr, "config.range", 3, 9},
        Mistake{"no_loops", GATEWAY("loops = 0"), nullptr, "config.range", 3, 9},
        Mistake{"negative", GATEWAY("[limits]\nbody_bytes = -1"), nullptr, "config.range", 4, 14},
        Mistake{"depth", GATEWAY("[limits]\ndepth = 100000"), nullptr, "config.range", 4, 9},
        Mistake{"language", GATEWAY("language = \"fra\""), nullptr, "config.word", 3, 12, "fr"},
        Mistake{"empty_name", GATEWAY("name = \"\""), nullptr, "config.empty", 3, 8},
        Mistake{"secret_key", GATEWAY("admin_password = \"x\""), nullptr, "config.secret", 3, 1},
        Mistake{"listener_no_port", LISTENER("identity = \"path\""), nullptr, "config.missing_key",
                3, 1},
        Mistake{"port_range", LISTENER("port = 70000\nidentity = \"path\""), nullptr,
                "config.range", 5, 8},
        Mistake{"identity_word", LISTENER("port = 1\nidentity = \"certificat\""), nullptr,
                "config.word", 6, 12, "certificate"},
        Mistake{"path_everywhere", LISTENER("address = \"0.0.0.0\"\nport = 1\nidentity = \"path\""),
                nullptr, "config.path_not_loopback", 5, 11},
        Mistake{"certificate_without_tls", LISTENER("port = 1\nidentity = \"certificate\""),
                nullptr, "config.certificate_without_tls", 6, 12},
        Mistake{"identity_left_out", LISTENER("port = 1"), nullptr,
                "config.certificate_without_tls", 3, 1},
        Mistake{"operator_on_port", LISTENER("port = 1\nidentity = \"operator\""), nullptr,
                "config.operator_not_socket", 6, 12},
        Mistake{"certificate_on_socket", LISTENER("unix = \"x\"\nidentity = \"certificate\""),
                nullptr, "config.certificate_on_socket", 6, 12},
        Mistake{"socket_with_port", LISTENER("unix = \"x\"\nport = 2\nidentity = \"operator\""),
                nullptr, "config.socket_and", 6, 1},
        Mistake{"listener_name_twice",
                LISTENER("port = 1\nidentity = \"path\"\n[[listener]]\nname = \"one\"\nport = 2\n"
                         "identity = \"path\""),
                nullptr, "config.listener_twice", 7, 1},
        Mistake{"port_twice",
                LISTENER("port = 5\nidentity = \"path\"\n[[listener]]\nname = \"two\"\nport = 5\n"
                         "identity = \"path\""),
                nullptr, "config.port_twice", 7, 1},
        Mistake{"no_listener", "[gateway]\nstate = \"s\"", nullptr, "config.no_listener", 1, 1, "",
                true}),
    [](const auto& one) { return std::string(one.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Parties, ConfigMistake,
    testing::Values(
        Mistake{"no_id", nullptr, SENDS, "config.missing_key", 1, 1},
        Mistake{"unknown_party", nullptr, "id = \"cmsm-haltn\"", "config.unknown_party", 1, 6,
                "cmsm-halton"},
        Mistake{"unknown_kind", nullptr, HALTON("[[sends]]\nkind = \"referal\""),
                "config.unknown_kind", 3, 8, "referral"},
        Mistake{"unknown_form", nullptr,
                HALTON("[[sends]]\nkind = \"referral\"\nform = \"halton/referal@2\"\n"
                       "mapping = \"halton/referral\""),
                "config.unknown_form", 4, 8, "halton/referral@2"},
        Mistake{"unknown_mapping", nullptr,
                HALTON("[[sends]]\nkind = \"referral\"\nform = \"halton/referral@2\"\n"
                       "mapping = \"halton/referal\""),
                "config.unknown_mapping", 5, 11, "halton/referral"},
        Mistake{"mapping_of_another_kind", nullptr,
                HALTON("[[sends]]\nkind = \"referral\"\nform = \"halton/referral@2\"\n"
                       "mapping = \"halton/decision\""),
                "config.mapping_kind", 5, 11},
        Mistake{"mapping_of_another_form", nullptr,
                HALTON("[[sends]]\nkind = \"referral\"\nform = \"halton/status@1\"\n"
                       "mapping = \"halton/referral\""),
                "config.mapping_form", 4, 8, "halton/referral@2"},
        Mistake{"form_without_mapping", nullptr,
                HALTON("[[sends]]\nkind = \"referral\"\nform = \"halton/referral@2\""),
                "config.no_mapping", 4, 8},
        Mistake{"mapping_without_form", nullptr,
                HALTON("[[sends]]\nkind = \"referral\"\nmapping = \"halton/referral\""),
                "config.missing_key", 2, 1},
        Mistake{"content_type", nullptr, HALTON(SENDS "content_type = \"application/json\""),
                "config.content_type", 6, 16, "text/csv"},
        Mistake{"sends_twice", nullptr, HALTON(SENDS SENDS), "config.sends_twice", 7, 8},
        Mistake{"receives_two_forms", nullptr,
                HALTON("[[receives]]\nkind = \"referral\"\nform = \"halton/referral@2\"\n"
                       "mapping = \"halton/referral\"\n[[receives]]\nkind = \"referral\""),
                "config.receives_twice", 7, 8},
        Mistake{"digest_short", nullptr, HALTON("[identity]\ncertificates = [\"abc\"]"),
                "config.certificate_digest", 3, 17},
        Mistake{"digest_as_openssl_prints_it", nullptr,
                HALTON("[identity]\ncertificates = [\"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"
                       "FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\"]"),
                "config.certificate_digest", 3, 17, kDigest},
        Mistake{"certificates_not_a_list", nullptr, HALTON("[identity]\ncertificates = \"abc\""),
                "config.type", 3, 16},
        Mistake{"two_deliveries", nullptr,
                HALTON("[delivery.http]\nurl = \"http://127.0.0.1:1/\"\n[delivery.file]\n"
                       "folder = \"x\""),
                "config.two_deliveries", 4, 11},
        Mistake{"ftp", nullptr, HALTON("[delivery.http]\nurl = \"ftp://127.0.0.1/\""), "config.url",
                3, 7},
        Mistake{"https_trusting_nobody", nullptr,
                HALTON("[delivery.http]\nurl = \"https://example.invalid/\""),
                "config.https_without_authorities", 3, 7},
        Mistake{"plain_http", nullptr, HALTON("[delivery.http]\nurl = \"http://example.invalid/\""),
                "config.plain_http", 3, 7, "", true},
        Mistake{"password_in_url", nullptr,
                HALTON("[delivery.http]\nurl = \"https://me:pw@127.0.0.1/\""), "config.secret", 3,
                7},
        Mistake{"certificate_missing", nullptr,
                HALTON("[delivery.http]\nurl = \"https://h/\"\nauthorities = \"none.pem\""),
                "config.file_missing", 4, 15},
        Mistake{"retry_order", nullptr,
                HALTON("[delivery]\nfirst_retry_ms = 9000\nlongest_retry_ms = 1000"),
                "config.retry_order", 3, 18},
        Mistake{"drop_of_unsent_form", nullptr,
                HALTON(SENDS "[[drop]]\nfolder = \"in\"\nform = \"halton/referral@3\""),
                "config.drop_form", 8, 8, "halton/referral@2"},
        Mistake{"drop_twice", nullptr,
                HALTON(SENDS "[[drop]]\nfolder = \"in\"\nform = \"halton/referral@2\"\n[[drop]]\n"
                             "folder = \"in\"\nform = \"halton/referral@2\""),
                "config.drop_twice", 10, 10},
        Mistake{"drop_reads_what_is_delivered", nullptr,
                HALTON(SENDS "[[drop]]\nfolder = \"in\"\nform = \"halton/referral@2\"\n"
                             "[delivery.file]\nfolder = \"in\""),
                "config.drop_is_delivery", 7, 10},
        Mistake{
            "folder_is_a_file", nullptr,
            HALTON(SENDS "[[drop]]\nfolder = \"settings.toml/in\"\nform = \"halton/referral@2\""),
            "config.folder_blocked", 7, 10},
        Mistake{"unknown_party_key", nullptr, HALTON("[delivry]\nparallel = 3"),
                "config.unknown_key", 2, 2, "delivery"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(ConfigMistakes, AreAllToldAtOnce) {
  Planted planted;
  planted.settings(GATEWAY("lops = 2\nlanguage = \"de\""));
  planted.party("a", "id = \"nobody\"\n[[sends]]\nkind = \"refferal\"");
  planted.party("b", "id = \"cmsm-halton\"\n[identity]\ncertificates = [1]");
  planted.party("c", "this is not TOML");
  const Loaded loaded = planted.load();
  for (const char* code : {"config.unknown_key", "config.word", "config.unknown_party",
                           "config.unknown_kind", "config.type", "config.syntax"}) {
    EXPECT_NE(finding_of(loaded, code), nullptr) << code << "\n" << all_of(loaded);
  }
  EXPECT_EQ(loaded.findings.size(), 6u) << all_of(loaded);
}

TEST(ConfigMistakes, TwoPartiesWithOneCertificateNameEachOther) {
  Planted planted;
  planted.sound_settings();
  const std::string identity = std::string("[identity]\ncertificates = [\"") + kDigest + "\"]\n";
  planted.party("a", "id = \"cmsm-halton\"\n" + identity);
  planted.party("b", "id = \"cmsm-peel\"\n" + identity);
  const Loaded loaded = planted.load();
  const base::Finding* found = finding_of(loaded, "config.certificate_twice");
  ASSERT_NE(found, nullptr) << all_of(loaded);
  EXPECT_EQ(found->place.file, planted.path("parties/b.toml"));
  EXPECT_EQ(found->place.line, 3u);
  EXPECT_NE(render(*found, false).find("cmsm-halton"), std::string::npos);
  EXPECT_NE(render(*found, false).find("a.toml:3"), std::string::npos);
}

TEST(ConfigMistakes, AListenerThatAsksForCertificatesSaysWhoseToTrust) {
  Planted planted;
  planted.write("me.pem", "x");
  planted.write("me.key", "x");
  std::filesystem::permissions(planted.path("me.key"), std::filesystem::perms::owner_all);
  const std::string listener = "[gateway]\nstate = \"s\"\n[[listener]]\nname = \"p\"\nport = 1\n";
  const std::string files = "tls = true\ncertificate = \"me.pem\"\nkey = \"me.key\"\n";
  const auto only = [&](const std::string& text, const char* code, std::uint32_t line) {
    planted.settings(listener + text);
    const Loaded loaded = planted.load();
    ASSERT_EQ(loaded.findings.size(), 1u) << all_of(loaded);
    EXPECT_EQ(loaded.findings[0].code, code);
    EXPECT_EQ(loaded.findings[0].place.line, line);
  };
  only(files, "config.certificate_without_authorities", 3);
  only(files + "identity = \"path\"\n", "config.path_with_tls", 9);
  only("tls = true\nidentity = \"certificate\"\nauthorities = \"me.pem\"\n",
       "config.tls_without_certificate", 6);
  planted.settings(listener + files + "authorities = \"me.pem\"\n");
  EXPECT_NE(planted.load().config, nullptr);
  std::filesystem::permissions(planted.path("me.key"), std::filesystem::perms::all);
  only(files + "authorities = \"me.pem\"\n", "config.key_open", 8);
}

TEST(ConfigMistakes, TwoFilesForOnePartyAreFound) {
  Planted planted;
  planted.sound_settings();
  planted.party("a", "id = \"cmsm-halton\"\n");
  planted.party("b", "id = \"cmsm-halton\"\n");
  const Loaded loaded = planted.load();
  const base::Finding* found = finding_of(loaded, "config.party_twice");
  ASSERT_NE(found, nullptr) << all_of(loaded);
  EXPECT_EQ(found->place.file, planted.path("parties/b.toml"));
}

TEST(ConfigMistakes, ATruncatedOrHostileFileIsAFindingAndNeverACrash) {
  Planted planted;
  const std::string many(100'000, '[');
  std::string dots;
  for (int i = 0; i < 50'000; ++i) dots += "a.";
  for (const std::string& text :
       {"x = " + many, many, "x = " + std::string(100'000, '{'), dots + "b = 1", "[" + dots + "b]",
        std::string("\xff\xfe"), std::string("a = \"\0\"", 7), std::string(2u << 20, '#'),
        std::string("x = '''"), std::string("x = \"\\u12\"")}) {
    planted.write("portage.toml", text);
    const Loaded loaded = planted.load();
    EXPECT_EQ(loaded.config, nullptr);
    ASSERT_EQ(loaded.findings.size(), 1u) << text.substr(0, 40);
    EXPECT_FALSE(render(loaded.findings.front(), true).empty());
  }
}

TEST(ConfigMistakes, AMissingFileIsSaidByName) {
  const Loaded loaded = load("/nonexistent/portage.toml");
  ASSERT_EQ(loaded.findings.size(), 1u);
  EXPECT_EQ(loaded.findings.front().code, "config.file_missing");
  EXPECT_EQ(loaded.findings.front().place.file, "/nonexistent/portage.toml");
}

}  // namespace
}  // namespace portage::config
