#include "sync/debian/version.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace mirrorseed::sync::debian {
namespace {

// Ascending; what stands in one row is the same version.
const std::vector<std::vector<std::string>> rows = {{"~~", "~~-0"},
                                                    {"~~a"},
                                                    {"~"},
                                                    {"", "0", "0-0", "0:0"},

                                                    {"0.1~rc1"},
                                                    {"0.1", "0.01"},
                                                    {"0.1+b1"},
                                                    {"1.0-1~bpo12"},
                                                    {"1.0-1", "0:1.0-1", "1.00-01"},
                                                    {"1.0-1+b2"},
                                                    {"1.0-10"},
                                                    {"1.0a-1"},
                                                    {"1.0.1-1"},
                                                    {"99999999999999999999"},
                                                    {"100000000000000000000"},
                                                    {"a"},
                                                    {"1:0.1"},
                                                    {"2:0"}};

TEST(DebianVersion, IsOrderedAsThePolicySays) {
    for (std::size_t a = 0; a < rows.size(); ++a)
        for (std::size_t b = 0; b < rows.size(); ++b)
            for (const auto& one : rows[a])
                for (const auto& other : rows[b])
                    EXPECT_TRUE(compare_versions(one, other) == (a <=> b)) << one << " and " << other;
}

std::string random_version(std::mt19937& dice) {
    static constexpr std::string_view alphabet = "0019ab~+.Z";
    const auto part = [&](std::size_t most) {
        std::string text(1, static_cast<char>('0' + dice() % 10));
        for (auto length = dice() % most; length > 0; --length)
            text += alphabet[dice() % alphabet.size()];
        return text;
    };
    auto text = dice() % 4 == 0 ? std::to_string(dice() % 3) + ":" : std::string();
    text += part(6);
    if (dice() % 2 == 0) text += "-" + part(4);
    return text;
}

// A shell asks dpkg for each pair, and tells those for which the answer is no.
TEST(DebianVersion, IsOrderedAsDpkgDoes) {
    const test::TempFolder folder;
    std::mt19937 dice(7);
    std::string pairs;
    for (int i = 0; i < 2000; ++i) {
        auto one = random_version(dice), other = i % 3 == 0 ? one : random_version(dice);
        if (i % 3 == 0) other.insert(other.find_first_of("0123456789", other.find(':') + 1), "0");
        const auto order = compare_versions(one, other);
        pairs += one + " " + (order < 0 ? "lt" : order > 0 ? "gt" : "eq") + " " + other + "\n";
    }
    folder.write("pairs", pairs);
    const auto script =
        "while read -r a is b; do dpkg --compare-versions \"$a\" $is \"$b\" || echo \"$a $is $b\"; done <" +
        folder.at("pairs") + " >" + folder.at("wrong");
    ASSERT_EQ(std::system(script.c_str()), 0);
    std::ifstream wrong(folder.at("wrong"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(wrong), {}), "");
}

}  // namespace
}  // namespace mirrorseed::sync::debian
