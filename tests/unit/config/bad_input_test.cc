// A network with many mistakes at once: every one is found in one run, each at its file and line.
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/config/flows.h"
#include "tests/unit/config/planted.h"

namespace portage::config {
namespace {

namespace fs = std::filesystem;

class Network {
 public:
  Network() {
    for (const char* name : {"places", "routes", "agreements"}) {
      fs::copy(std::string(PORTAGE_SOURCE_DIR) + "/config/" + name, planted_.path(name),
               fs::copy_options::recursive);
    }
    const std::string root = PORTAGE_SOURCE_DIR;
    planted_.write("portage.toml",
                   "[gateway]\nstate = \"state\"\n[[listener]]\nname = \"operator\"\nunix = "
                   "\"admin.sock\"\nidentity = \"operator\"\n[paths]\nmappings = \"" +
                       root + "/mappings\"\ntables = \"" + root +
                       "/mappings/tables\"\nschemas = \"" + root + "/schemas\"\n");
    planted_.write("parties/cmsm-peel.toml", "id = \"cmsm-peel\"\n");
  }
  void edit(const std::string& name, const std::string& from, const std::string& to) {
    std::ifstream in(planted_.path(name), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << name << ": " << from;
    text.replace(at, from.size(), to);
    planted_.write(name, text);
  }
  // A copy that may be edited.
  void own_mappings() {
    const std::string root = PORTAGE_SOURCE_DIR;
    fs::copy(root + "/mappings", planted_.path("mappings"), fs::copy_options::recursive);
    edit("portage.toml", "\"" + root + "/mappings\"", "\"mappings\"");
  }
  Loaded load(Scope scope = Scope::everything) const {
    return config::load(planted_.path("portage.toml"), scope);
  }

 private:
  Planted planted_;
};

bool found(const Loaded& loaded, std::string_view code, std::string_view file) {
  return std::any_of(loaded.findings.begin(), loaded.findings.end(), [&](const auto& f) {
    return f.code == code && f.place.file.ends_with(file) && f.place.line > 0;
  });
}

std::string all(const Loaded& loaded) {
  std::string out;
  for (const base::Finding& f : loaded.findings) out += render(f, false);
  return out;
}

TEST(ConfigNetwork, LoadsWithItsCounts) {
  const Loaded loaded = Network().load();
  ASSERT_NE(loaded.config, nullptr) << all(loaded);
  EXPECT_EQ(loaded.counts.kinds, 33u);
  EXPECT_EQ(loaded.counts.areas, 15u + 47u + 527u);
  EXPECT_GE(loaded.counts.agreements, 15u);
  EXPECT_GE(loaded.counts.flows, 40u);
  EXPECT_GE(loaded.counts.roles, 200u);
}

TEST(ConfigNetwork, EveryMistakeIsFoundAtOnce) {
  Network network;
  network.edit("places/catchments.csv", ",2024-01-01,", ",2024-01-32,");  // a wrong date
  network.edit("places/catchments.csv", ",ssm-york,", ",,");              // no owner
  network.edit("places/roles.csv", "\ncmsm-durham,", "\ncmsm-durhan,");   // unknown party
  network.edit("places/roles.csv", "prov-intake,intake,",                 // two holders
               "prov-benefits,intake,,,,high,ours,\nprov-intake,intake,");
  network.edit("places/organisations.csv", "\nserco,", "\nfedcap,");             // an id twice
  network.edit("parties/cmsm-peel.toml", "id = ", "id = \"cmsm-york\"\nid = ");  // a repeated key
  network.edit("routes/benefits.toml", "\"prov-benefits\"",
               "\"prov-benefit\"");  // unknown receiver
  const Loaded loaded = network.load();
  EXPECT_EQ(loaded.config, nullptr);
  EXPECT_TRUE(found(loaded, "sheet.bad_date", "catchments.csv")) << all(loaded);
  EXPECT_TRUE(found(loaded, "directory.no_owner", "catchments.csv"));
  EXPECT_TRUE(found(loaded, "directory.unknown_party", "roles.csv"));
  EXPECT_TRUE(found(loaded, "directory.overlapping_roles", "roles.csv"));
  EXPECT_TRUE(found(loaded, "directory.duplicate_id", "organisations.csv"));
  EXPECT_TRUE(found(loaded, "config.repeated_key", "cmsm-peel.toml"));
  EXPECT_TRUE(found(loaded, "rules.unknown_receiver", "benefits.toml"));
}

TEST(ConfigNetwork, AFieldThatIsMappedAndNotPermittedIsAFinding) {
  Network network;
  const std::string root = PORTAGE_SOURCE_DIR;
  std::ifstream in(root + "/config/parties/ssm-halton.toml", std::ios::binary);
  const std::string link((std::istreambuf_iterator<char>(in)), {});
  // Into a new file, next to the one that is there.
  network.edit("parties/cmsm-peel.toml", "id = \"cmsm-peel\"\n", link);
  network.edit("agreements/employment.toml", "\"accommodation_need\", ", "");
  const Loaded loaded = network.load();
  EXPECT_EQ(loaded.config, nullptr);
  EXPECT_TRUE(found(loaded, "agreements.mapped_not_permitted", "employment.toml")) << all(loaded);
  EXPECT_TRUE(found(loaded, "style.file_name", "cmsm-peel.toml"));
  // A mapping is held to what all agreements permit; the mappings themselves are not needed.
  const Loaded agreed = network.load(Scope::agreed);
  ASSERT_NE(agreed.config, nullptr) << all(agreed);
  EXPECT_TRUE(agreed.config->mappings.all().empty());
  const Permits permits(*agreed.config);
  const auto* fields = permits.of("ssm/referral@1", "referral@1");
  ASSERT_NE(fields, nullptr);
  const auto has = [&](const char* field) {
    return std::find(fields->begin(), fields->end(), field) != fields->end();
  };
  EXPECT_TRUE(has("date_of_birth"));
  EXPECT_FALSE(has("accommodation_need"));
  EXPECT_EQ(permits.of("halton/referral@2", "referral@1"), nullptr);  // not connected here
  // The check of agreements itself still gets its configuration.
  EXPECT_NE(network.load(Scope::all_but_flows).config, nullptr);
}

TEST(ConfigNetwork, AFieldThatOnlyANameReadsIsAFindingToo) {
  Network network;
  const std::string root = PORTAGE_SOURCE_DIR;
  std::ifstream in(root + "/config/parties/ssm-halton.toml", std::ios::binary);
  const std::string link((std::istreambuf_iterator<char>(in)), {});
  network.edit("parties/cmsm-peel.toml", "id = \"cmsm-peel\"\n", link);
  network.edit("agreements/employment.toml", "\"accommodation_need\", ", "");
  network.own_mappings();
  network.edit("mappings/ssm/referral.map", "accommodation_need <-> s:Referral.s:Accommodation",
               "accommodation_need <- s:Referral.s:Accommodation\nlet stays -> accommodation_need");
  const Loaded loaded = network.load();
  EXPECT_EQ(loaded.config, nullptr);
  EXPECT_TRUE(found(loaded, "M501", "ssm/referral.map")) << all(loaded);
  EXPECT_FALSE(found(loaded, "agreements.mapped_not_permitted", "employment.toml")) << all(loaded);
}

}  // namespace
}  // namespace portage::config
