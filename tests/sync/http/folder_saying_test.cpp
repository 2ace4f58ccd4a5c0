#include "sync/http/folder_saying.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

IndexItem item(const std::string& name, Bytes size, UnixTime time, IndexKind kind = IndexKind::file) {
    IndexItem made;
    made.name = name;
    made.kind = kind;
    made.size = size;
    made.mtime = FileTime::from_seconds(time);
    return made;
}

FolderMemory page(const std::vector<IndexItem>& items) {
    FolderMemory memory;
    for (const auto& told : items)
        memory.items.push_back({told});
    return memory;
}

SaidAgain again(const std::vector<IndexItem>& before, const std::vector<IndexItem>& now,
                const Selection& selection = {}) {
    const auto folder = test::path("d");
    return said_again(saying_of(page(before), selection, folder), page(now), selection, folder);
}

const std::vector<IndexItem> listed{item("a", 1, 60), item("b", 2, 60),
                                    item("sub", 0, 60, IndexKind::folder)};

TEST(FolderSaying, IsTheSameWhileNothingMoves) {
    EXPECT_TRUE(again(listed, listed).is_all);
    auto touched = listed;
    touched[2].mtime = FileTime::from_seconds(120);
    EXPECT_TRUE(again(listed, touched).is_all) << "a folder's time moves with what nobody wants";
}

TEST(FolderSaying, TellsWhichNamesAreAsTheyWere) {
    const auto changed = again(listed, {item("a", 1, 60), item("b", 3, 60), listed[2]});
    EXPECT_FALSE(changed.is_all);
    EXPECT_EQ(changed.same, (std::vector<std::string>{"a", "sub"}));
    const auto dated = again(listed, {item("a", 1, 120), listed[1], listed[2]});
    EXPECT_EQ(dated.same, (std::vector<std::string>{"b", "sub"}));
    EXPECT_FALSE(again(listed, {listed[0], listed[1]}).is_all) << "one is gone";
    EXPECT_FALSE(again(listed, {listed[0], listed[1], listed[2], item("new", 1, 1)}).is_all);
    EXPECT_FALSE(again(listed, {}).is_all);
}

TEST(FolderSaying, KnowsNothingOfWhatNobodyWants) {
    const Selection selection({}, {Glob::parse("*.log").value()});
    EXPECT_TRUE(
        again({item("a", 1, 60), item("x.log", 1, 60)}, {item("a", 1, 60), item("x.log", 9, 99)}, selection)
            .is_all);
}

}  // namespace
}  // namespace mirrorseed::sync
