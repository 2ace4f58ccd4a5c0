#include "core/tree_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed {
namespace {

TEST(TreeName, FitsAFolderAndAUrl) {
    for (const auto* name : {"a", "0", "debian", "debian-12.1+x_y", "a.."})
        EXPECT_TRUE(is_tree_name(name)) << name;
    for (const auto* name : {"", ".", "..", "-a", "_a", "A", "a/b", "a b", "a\n", "\xc3\xa4"})
        EXPECT_FALSE(is_tree_name(name)) << name;
    EXPECT_TRUE(is_tree_name(std::string(100, 'a')));
    EXPECT_FALSE(is_tree_name(std::string(101, 'a')));
}

}  // namespace
}  // namespace mirrorseed
