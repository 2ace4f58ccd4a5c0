#include "torrentgen/symlink_path.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

using mirrorseed::test::path;
using Parts = std::vector<std::string>;

TEST(SymlinkPath, CountsFromTheTorrentsFolder) {
    EXPECT_EQ(symlink_path(path("l"), "x").value(), (Parts{"x"}));
    EXPECT_EQ(symlink_path(path("a/b/l"), "x").value(), (Parts{"a", "b", "x"}));
    EXPECT_EQ(symlink_path(path("a/b/l"), "../c/./x").value(), (Parts{"a", "c", "x"}));
    EXPECT_EQ(symlink_path(path("a/b/l"), "../../x/").value(), (Parts{"x"}));
}

TEST(SymlinkPath, RefusesWhatLeavesTheFolder) {
    for (const auto* target : {"", "/etc/passwd", "..", "../x", "a/../..", ".", "a/.."})
        EXPECT_TRUE(mirrorseed::test::fails_with(Fault::unsafe_path, symlink_path(path("l"), target)))
            << target;
    EXPECT_TRUE(mirrorseed::test::fails_with(Fault::unsafe_path, symlink_path(path("a/l"), "../../x")));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
