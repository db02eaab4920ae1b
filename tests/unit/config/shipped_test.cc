// The configuration that is shipped, and what a loaded one answers.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/config/planted.h"

namespace portage::config {
namespace {

Loaded shipped() { return load(std::string(PORTAGE_SOURCE_DIR) + "/config/portage.toml"); }

TEST(ConfigShipped, LoadsWithoutAFinding) {
  const Loaded loaded = shipped();
  ASSERT_NE(loaded.config, nullptr) << all_of(loaded);
  std::string errors;
  for (const base::Finding& finding : loaded.findings) {
    // Whether this machine's user may write below /var/lib is not the file's fault.
    // What the compiler notes of a mapping is its tests' affair.
    const bool noted = finding.code.starts_with("M") && finding.severity != base::Severity::error;
    if (finding.code != "config.folder_read_only" && !noted) errors += render(finding, false);
  }
  EXPECT_EQ(errors, "");
}

TEST(ConfigShipped, HoldsTheWholeNetwork) {
  const Loaded loaded = shipped();
  ASSERT_NE(loaded.config, nullptr) << all_of(loaded);
  EXPECT_EQ(loaded.config->directory.catchments().size(), 15u);
  EXPECT_EQ(loaded.counts.places, 527u);
  std::size_t managers = 0;
  for (const auto& [id, party] : loaded.config->directory.parties()) {
    managers += party.kind == "service-manager" ? 1 : 0;
  }
  EXPECT_EQ(managers, 47u);
  EXPECT_EQ(loaded.config->kinds.size(), 33u);
  EXPECT_EQ(loaded.config->canonical("application")->name(), "application@2");
}

TEST(ConfigShipped, ListensOnThisMachineOnly) {
  const Loaded loaded = shipped();
  ASSERT_NE(loaded.config, nullptr) << all_of(loaded);
  ASSERT_FALSE(loaded.config->settings.listeners.empty());
  for (const Listener& listener : loaded.config->settings.listeners) {
    EXPECT_TRUE(!listener.unix_path.empty() || listener.address == "127.0.0.1") << listener.name;
  }
}

TEST(ConfigShipped, FillsInTheContentTypeOfAForm) {
  const Loaded loaded = shipped();
  ASSERT_NE(loaded.config, nullptr) << all_of(loaded);
  const Link* halton = loaded.config->link("cmsm-halton");
  ASSERT_NE(halton, nullptr);
  ASSERT_FALSE(halton->sends.empty());
  EXPECT_EQ(halton->sends.front().content_type, "text/csv");
  const Link* manager = loaded.config->link("ssm-halton");
  ASSERT_NE(manager, nullptr);
  EXPECT_EQ(manager->receives.front().content_type, "application/xml");
  EXPECT_EQ(loaded.config->link("cmsm-nowhere"), nullptr);
}

TEST(ConfigDigest, ChangesWithOneByteOfAnyFileAndOnlyThen) {
  Planted planted;
  planted.sound_settings();
  planted.party("cmsm-halton", "id = \"cmsm-halton\"\n");
  const Loaded first = planted.load();
  ASSERT_NE(first.config, nullptr) << all_of(first);
  EXPECT_EQ(first.config->digest.size(), 64u);
  EXPECT_EQ(planted.load().config->digest, first.config->digest);
  planted.party("cmsm-halton", "id = \"cmsm-halton\" \n");
  EXPECT_NE(planted.load().config->digest, first.config->digest);
}

TEST(ConfigLoad, FillsEveryFieldOfALink) {
  Planted planted;
  planted.sound_settings();
  planted.write("ca.pem", "x");
  planted.party("ssm-halton", R"(id = "ssm-halton"
answer_within_s = 172800
[[receives]]
kind = "referral"
[[sends]]
kind = "referral-decision"
form = "ssm/decision@1"
mapping = "ssm/decision"
content_type = "text/xml"
[identity]
names = ["manager.example"]
certificates = ["aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"]
[delivery]
deduplicates = false
parallel = 3
max_attempts = 5
first_retry_ms = 100
longest_retry_ms = 2000
timeout_ms = 1500
[delivery.http]
url = "https://127.0.0.1:9/in"
authorities = "ca.pem"
expected_name = "manager.example"
)");
  const Loaded loaded = planted.load();
  ASSERT_NE(loaded.config, nullptr) << all_of(loaded);
  const Link* link = loaded.config->link("ssm-halton");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->answer_within_s, 172'800u);
  ASSERT_EQ(link->receives.size(), 1u);
  EXPECT_EQ(link->receives[0].form, "referral@1");
  EXPECT_EQ(link->receives[0].mapping, "");
  EXPECT_EQ(link->receives[0].content_type, "application/json");
  EXPECT_EQ(link->sends[0].content_type, "text/xml");
  EXPECT_FALSE(link->delivery.deduplicates);
  EXPECT_EQ(link->delivery.parallel, 3u);
  EXPECT_EQ(link->delivery.max_attempts, 5u);
  EXPECT_EQ(link->delivery.first_retry_ms, 100u);
  EXPECT_EQ(link->delivery.longest_retry_ms, 2'000u);
  EXPECT_EQ(link->delivery.timeout_ms, 1'500u);
  ASSERT_TRUE(link->delivery.http.has_value());
  EXPECT_EQ(link->delivery.http->authorities, planted.path("ca.pem"));
  EXPECT_EQ(link->delivery.http->expected_name, "manager.example");
  EXPECT_FALSE(link->delivery.file.has_value());
}

TEST(ConfigIdentity, ACertificateProvesOnePartyAndANameOnlyIfNoCertificateDoes) {
  Config config;
  config.links.resize(3);
  config.links[0].party = "a";
  config.links[0].certificates = {"11"};
  config.links[1].party = "b";
  config.links[1].names = {"B.example"};
  config.links[2].party = "c";
  config.links[2].names = {"c.example"};
  EXPECT_EQ(config.by_certificate("11", {"b.example"})->party, "a");
  EXPECT_EQ(config.by_certificate("22", {"b.example"})->party, "b");
  EXPECT_EQ(config.by_certificate("22", {"x", "C.EXAMPLE"})->party, "c");
  EXPECT_EQ(config.by_certificate("22", {"b.example", "c.example"}), nullptr);
  EXPECT_EQ(config.by_certificate("22", {}), nullptr);
  EXPECT_EQ(config.by_certificate("", {}), nullptr);
}

TEST(ConfigRender, ShowsTheLineTheCaretTheSuggestionAndTheFix) {
  Planted planted;
  planted.sound_settings();
  planted.party("x", "id = \"cmsm-halton\"\n[[sends]]\nkind = \"referal\"  # é\n");
  const Loaded loaded = planted.load();
  ASSERT_EQ(loaded.findings.size(), 1u) << all_of(loaded);
  const std::string file = planted.path("parties/x.toml");
  EXPECT_EQ(render(loaded.findings[0], false),
            file +
                ":3:8  error config.unknown_kind  No kind of record is called referal.\n"
                "    3 | kind = \"referal\"  # é\n"
                "      |        ^^^^^^^^^\n"
                "  did you mean \"referral\"?\n"
                "  fix: The kinds stand in schemas/records/index.csv.\n");
  EXPECT_EQ(render(loaded.findings[0], true),
            file +
                ":3:8  erreur config.unknown_kind  Aucun type d'enregistrement ne s'appelle "
                "referal.\n"
                "    3 | kind = \"referal\"  # é\n"
                "      |        ^^^^^^^^^\n"
                "  vouliez-vous dire « referral »?\n"
                "  à faire : Les types figurent dans schemas/records/index.csv.\n");
  EXPECT_EQ(render_json(loaded.findings[0]),
            "{\"code\":\"config.unknown_kind\",\"severity\":\"error\",\"file\":\"" + file +
                "\",\"line\":3,\"col\":8,\"end_col\":17,\"message\":\"No kind of record is called "
                "referal.\",\"fix\":\"The kinds stand in schemas/records/index.csv.\","
                "\"suggestion\":\"referral\"}");
}

TEST(ConfigRender, KeepsTheCaretUnderALongLine) {
  Planted planted;
  planted.write("portage.toml", "x = [" + std::string(300, ' ') + "?]\n");
  const Loaded loaded = planted.load();
  ASSERT_EQ(loaded.findings.size(), 1u);
  const std::string text = render(loaded.findings[0], false);
  const std::size_t line = text.find("    1 | "), caret = text.find("      | ");
  ASSERT_NE(line, std::string::npos) << text;
  ASSERT_NE(caret, std::string::npos) << text;
  const std::size_t mark = text.find('^', caret) - caret;
  EXPECT_EQ(text[line + mark], '?') << text;
  EXPECT_LT(mark, 120u);
}

}  // namespace
}  // namespace portage::config
