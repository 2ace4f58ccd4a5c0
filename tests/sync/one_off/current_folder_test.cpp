#include "sync/one_off/current_folder.hpp"

#include "tests/support/listed.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::link_to;
using test::noon;
using test::path;

TEST(CurrentFolder, WhatIsNearEnoughIsAsListed) {
    auto current = file_of("x");
    current.mtime.nanoseconds += 5;
    EXPECT_EQ(as_listed(current, file_of("x")), file_of("x"));
    current.mtime = FileTime::from_seconds(noon + 1);
    EXPECT_NE(as_listed(current, file_of("x")), file_of("x"));
    EXPECT_EQ(as_listed(folder_of(0755), folder_of(0555)), folder_of(0555));
    EXPECT_EQ(as_listed(folder_of(0750), folder_of(0555)), folder_of(0750));
    EXPECT_EQ(as_listed(link_to("a"), file_of("x")), link_to("a"));
}

TEST(CurrentFolder, HandsOutItsEntriesInTheOrderOfAListing) {
    const test::TempFolder temp;
    for (const auto* name : {"a/b", "a.c/d", "a/a", "z"})
        temp.write(name, "x");
    Progress progress;
    const auto current =
        CurrentFolder::read(Folder::open(temp.path()).value(), Selection(), progress).value();
    const Listing nothing;
    CurrentSource source(current, nothing);
    std::vector<std::string> names;
    std::string_view folder;
    while (const auto* item = source.next(folder))
        names.push_back(std::string(folder) + ":" + item->name);
    EXPECT_EQ(names, (std::vector<std::string>{":a", ":a.c", ":z", "a:a", "a:b", "a.c:d"}));
    EXPECT_EQ(current.find(path("a/b"))->size, 1u);
    EXPECT_FALSE(current.find(path("a/c")));
    EXPECT_FALSE(current.find(path("b/c")));
}

}  // namespace
}  // namespace mirrorseed::sync
