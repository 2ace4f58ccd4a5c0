#include "app/release/release_choice.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

std::vector<ReleaseConfig> rules(const std::vector<std::string>& patterns) {
    std::vector<ReleaseConfig> made(patterns.size());
    for (std::size_t i = 0; i < patterns.size(); ++i)
        made[i].match = Glob::parse(patterns[i]).value();
    return made;
}

std::vector<std::string> wished(const std::vector<std::string>& patterns, const char* file) {
    const auto all = rules(patterns);
    std::vector<std::string> found;
    for (const auto& wish : releases_with(all, RelPath::parse(file).value()))
        found.push_back(wish.rule->match.str() + " " + wish.path.str() + (wish.is_folder ? "/" : ""));
    return found;
}

using Found = std::vector<std::string>;

TEST(ReleaseChoice, AFileIsOneAndIsInFolders) {
    EXPECT_EQ(wished({"iso/*.iso"}, "iso/a.iso"), Found{"iso/*.iso iso/a.iso"});
    EXPECT_EQ(wished({"iso/*.iso"}, "iso/b/a.iso"), Found());
    EXPECT_EQ(wished({"sets/*/"}, "sets/one/b/c"), Found{"sets/*/ sets/one/"});
    EXPECT_EQ(wished({"sets/*/"}, "sets/one"), Found()) << "it is a file";
    EXPECT_EQ(wished({"*.iso", "sets/**/"}, "sets/one/b/c.iso"),
              (Found{"*.iso sets/one/b/c.iso", "sets/**/ sets/one/b/", "sets/**/ sets/one/"}));
}

TEST(ReleaseChoice, APathIsOneReleaseByTheFirstRule) {
    EXPECT_EQ(wished({"*.iso", "iso/*"}, "iso/a.iso"), Found{"*.iso iso/a.iso"});
}

TEST(ReleaseChoice, TitlesHaveWordsThatStandForThings) {
    const auto path = RelPath::parse("iso/a-1.iso").value();
    EXPECT_EQ(title_of("{name}", "t", path), "a-1.iso");
    EXPECT_EQ(title_of("{tree}: {path} {other} {", "t", path), "t: iso/a-1.iso {other} {");
    EXPECT_EQ(title_of("{name}", "t", RelPath::parse("\xff").value()), "\\xff");
}

}  // namespace
}  // namespace mirrorseed::app
