#include "sync/rpm/repo_path.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::rpm {
namespace {

std::string read(std::string_view text) {
    const auto path = repo_path(text);
    return path ? path->str() : "-";
}

TEST(RepoPath, IsWhatClientsAskFor) {
    EXPECT_EQ(read("Packages/a.rpm"), "Packages/a.rpm");
    EXPECT_EQ(read("./Packages/a.rpm"), "Packages/a.rpm");
    EXPECT_EQ(read("././Packages//./a.rpm"), "Packages/a.rpm");
    EXPECT_EQ(read("Packages/a.rpm/"), "Packages/a.rpm");
}

TEST(RepoPath, LeadsNowhereElse) {
    for (const auto* text : {"", ".", "./", "/etc/passwd", "//etc", "../a", "a/../b", "./../a", ".//../a"})
        EXPECT_EQ(read(text), "-") << text;
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
