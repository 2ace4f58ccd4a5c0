#include "sync/rpm/evr.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace mirrorseed::sync::rpm {
namespace {

// Ascending; what stands in one row is the same version.
const std::vector<std::vector<std::string>> rows = {{"~", "~~~"},
                                                    {"", "."},
                                                    {"^"},
                                                    {"a"},
                                                    {"0", "00"},
                                                    {"1~rc1"},
                                                    {"1", "1.", "01"},
                                                    {"1^git1"},
                                                    {"1a"},
                                                    {"1.0"},
                                                    {"1.0.1", "1_0-1"},
                                                    {"1.10"},
                                                    {"99999999999999999999"},
                                                    {"100000000000000000000"}};

TEST(Evr, IsOrderedPartByPart) {
    EXPECT_TRUE(compare({"1", "0", "0"}, {"", "9", "9"}) > 0);
    EXPECT_TRUE(compare({"0", "1", "1"}, {"", "1", "1"}) == 0);
    EXPECT_TRUE(compare({"", "1.0", "2"}, {"", "1.0", "10"}) < 0);
    for (std::size_t a = 1; a < rows.size(); ++a)
        for (std::size_t b = 1; b < rows.size(); ++b)
            for (const auto& one : rows[a])
                for (const auto& other : rows[b])
                    EXPECT_TRUE(compare_parts(one, other) == (a <=> b)) << one << " and " << other;
}

std::string random_part(std::mt19937& dice) {
    static constexpr std::string_view alphabet = "00129ab~^._+Z";
    std::string text;
    for (auto length = 1 + dice() % 7; length > 0; --length)
        text += alphabet[dice() % alphabet.size()];
    return text;
}

// rpm's own Lua tells the order of every pair.
TEST(Evr, IsOrderedAsRpmDoes) {
    const test::TempFolder folder;
    std::mt19937 dice(7);
    std::string script, wanted;
    for (int i = 0; i < 3000; ++i) {
        auto one = random_part(dice), other = i % 3 == 0 ? one + random_part(dice) : random_part(dice);
        if (i % 7 == 0) other = "0" + one;
        const auto order = compare_parts(one, other);
        script += "print(rpm.vercmp('" + one + "', '" + other + "'), '" + one + "', '" + other + "')\n";
        wanted += std::to_string(order < 0 ? -1 : order > 0 ? 1 : 0) + "\t" + one + "\t" + other + "\n";
    }
    folder.write("script.lua", script);
    folder.write("wanted", wanted);
    const auto compare =
        "rpmlua " + folder.at("script.lua") + " | diff - " + folder.at("wanted") + " >" + folder.at("wrong");
    EXPECT_EQ(std::system(compare.c_str()), 0);
    std::ifstream wrong(folder.at("wrong"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(wrong), {}), "");
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
