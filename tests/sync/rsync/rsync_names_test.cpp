#include "sync/rsync/rsync_names.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace mirrorseed::sync {
namespace {

class RsyncNamesTest : public testing::Test {
protected:
    void order(const std::string& path, std::uint32_t all_of_folder) {
        auto& order = orders_.emplace_back();
        order.item.path = test::path(path);
        order.all_of_folder = all_of_folder;
    }
    RsyncNames names() {
        std::vector<Order*> all;
        for (auto& order : orders_)
            all.push_back(&order);
        auto asked = rsync_names(all);
        std::replace(asked.names.begin(), asked.names.end(), '\0', '|');
        return asked;
    }

    std::deque<Order> orders_;
};

TEST_F(RsyncNamesTest, FilesAreNamed) {
    order("a", 0);
    order("b/c", 0);
    EXPECT_EQ(names().names, "a|b/c|");
    EXPECT_FALSE(names().has_folders);
}

TEST_F(RsyncNamesTest, AFolderStandsForAllThatIsInIt) {
    order("b/c", 2);
    order("b/d", 2);
    order("b/e/f", 1);
    order("g", 0);
    EXPECT_EQ(names().names, "b|b/e|g|");
    EXPECT_TRUE(names().has_folders);
}

TEST_F(RsyncNamesTest, AFolderOfWhichSomeAreMissingDoesNot) {
    order("b/c", 3);
    order("b/e", 3);
    EXPECT_EQ(names().names, "b/c|b/e|");
    EXPECT_FALSE(names().has_folders);
}

TEST_F(RsyncNamesTest, TheRootHasNoName) {
    order("a", 2);
    order("b", 2);
    EXPECT_EQ(names().names, "a|b|");
}

TEST_F(RsyncNamesTest, NothingIsAskedForNothing) {
    EXPECT_EQ(names().names, "");
}

}  // namespace
}  // namespace mirrorseed::sync
