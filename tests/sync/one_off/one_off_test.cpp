#include "sync/one_off/one_off.hpp"

#include "sync/one_off/partial_folder.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mirrorseed::sync {
namespace {

namespace fs = std::filesystem;
using test::path;

class OneOffTest : public testing::Test {
protected:
    static constexpr UnixTime noon = 1'700'000'000;

    OneOffTest() {
        fs::create_directory(temp_.at("up"));
        wish_.upstream = "file://" + temp_.at("up");
        wish_.folder = temp_.at("to");
        wish_.selection = without_our_names({}, {});
        wish_.rest_between_listings = {};
    }

    void upstream_has(std::string_view name, std::string_view content, UnixTime time = noon) const {
        temp_.write("up/" + std::string(name), content, time);
    }
    void here_is(std::string_view name, std::string_view content, UnixTime time = noon) const {
        temp_.write("to/" + std::string(name), content, time);
    }
    SyncResult mirror() { return mirror_once(wish_, progress_); }
    SyncResult mirror_exactly() {
        wish_.deletes = Deletes::yes;
        return mirror();
    }
    std::string shown(std::string_view name) const { return temp_.read("to/" + std::string(name)); }
    bool is_shown(std::string_view name) const { return temp_.has("to/" + std::string(name)); }
    FileFacts facts(std::string_view name) const {
        return Folder::open(temp_.at("to")).value().facts(path(name)).value();
    }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    OneOff wish_;
    Progress progress_;
};

TEST_F(OneOffTest, MakesTheFolderAndLeavesNothingElseThere) {
    upstream_has("pool/a.deb", "hello", noon + 1);
    temp_.mode("up/pool/a.deb", 0750);
    temp_.link("up/stable", "pool");
    const auto result = mirror();
    EXPECT_EQ(result.outcome, Outcome::published);
    EXPECT_EQ(result.fetch, (Amount{1, 5}));
    EXPECT_EQ(shown("pool/a.deb"), "hello");
    EXPECT_EQ(facts("pool/a.deb").mtime, FileTime::from_seconds(noon + 1));
    EXPECT_EQ(facts("pool/a.deb").mode, 0750u);
    EXPECT_EQ(fs::read_symlink(temp_.at("to/stable")), "pool");
    EXPECT_FALSE(is_shown(PartialFolder::name));
    EXPECT_EQ(mirror().outcome, Outcome::unchanged);
}

TEST_F(OneOffTest, AFileOfTheSameSizeAndSecondIsTheSame) {
    upstream_has("a", "ours");
    here_is("a", "mine");
    here_is("b", "stays");
    EXPECT_EQ(mirror().transferred, 0u);
    EXPECT_EQ(shown("a"), "mine");
    upstream_has("a", "new!", noon + 1);
    EXPECT_EQ(mirror().transferred, 4u);
    EXPECT_EQ(shown("a"), "new!");
    EXPECT_TRUE(is_shown("b"));
}

TEST_F(OneOffTest, TheModeAloneIsSetWithoutFetching) {
    upstream_has("a", "hello");
    mirror();
    temp_.mode("up/a", 0600);
    const auto result = mirror();
    EXPECT_EQ(result.outcome, Outcome::published);
    EXPECT_EQ(result.transferred, 0u);
    EXPECT_EQ(facts("a").mode, 0600u);
    EXPECT_EQ(mirror().outcome, Outcome::unchanged);
}

TEST_F(OneOffTest, DeletesOnlyWhereThatIsSaid) {
    upstream_has("a", "hello");
    here_is("old/file", "x");
    EXPECT_EQ(mirror().remove, Amount());
    EXPECT_TRUE(is_shown("old/file"));
    EXPECT_EQ(mirror_exactly().remove, (Amount{1, 1}));
    EXPECT_FALSE(is_shown("old"));
}

TEST_F(OneOffTest, NothingIsDeletedForAnUpstreamWithoutFiles) {
    fs::create_directory(temp_.at("up/empty"));
    here_is("a", "x");
    const auto result = mirror_exactly();
    EXPECT_EQ(result.outcome, Outcome::held);
    EXPECT_TRUE(is_shown("a"));
    EXPECT_FALSE(is_shown(PartialFolder::name));
}

TEST_F(OneOffTest, AFolderMakesWayForAFileOnlyWithAllThatIsInIt) {
    upstream_has("a", "file");
    here_is("a/keep.txt", "x");
    EXPECT_EQ(mirror().quarantined.size(), 1u);
    wish_.selection = without_our_names({}, {Glob::parse("*.txt").value()});
    EXPECT_EQ(mirror_exactly().quarantined.size(), 1u);
    EXPECT_EQ(shown("a/keep.txt"), "x");
    wish_.selection = without_our_names({}, {});
    EXPECT_TRUE(mirror_exactly().quarantined.empty());
    EXPECT_EQ(shown("a"), "file");
}

TEST_F(OneOffTest, GoesOnWithFilesThatCameWholeBefore) {
    upstream_has("a", "hello");
    upstream_has("b", "other");
    const auto waiting = std::string(PartialFolder::name) + "/";
    here_is(waiting + whole_name(path("a")).str(), "hello");
    here_is(waiting + whole_name(path("b")).str(), "older", noon - 1);
    here_is(waiting + whole_name(path("gone")).str(), "gone");
    const auto result = mirror();
    EXPECT_EQ(result.transferred, 5u);
    EXPECT_EQ(result.fetch, (Amount{1, 5}));
    EXPECT_EQ(result.reuse, (Amount{1, 5}));
    EXPECT_EQ(shown("a"), "hello");
    EXPECT_EQ(shown("b"), "other");
    EXPECT_FALSE(is_shown(PartialFolder::name));
}

TEST_F(OneOffTest, WhatWasNotSyncedIsBelievedUntilTheMachineStartsAgain) {
    for (const auto& [boot, transferred] : {std::pair{"another", 5u}, {"", 5u}}) {
        upstream_has("a", "hello");
        temp_.remove("to");
        const auto waiting = std::string(PartialFolder::name) + "/";
        here_is(waiting + came_name(path("a")).str(), "\0\0\0\0\0");
        here_is(waiting + "boot", boot);
        EXPECT_EQ(mirror().transferred, transferred) << boot;
        EXPECT_EQ(shown("a"), "hello");
    }
}

TEST_F(OneOffTest, AnotherProcessInTheSameFolderIsRefused) {
    upstream_has("a", "hello");
    {
        const auto mirror_folder = Folder::make(wish_.folder).value();
        const auto other = PartialFolder::open(mirror_folder).value();
        const auto result = mirror();
        ASSERT_TRUE(result.error);
        EXPECT_TRUE(result.error->is(Fault::busy));
    }
    EXPECT_EQ(mirror().outcome, Outcome::published);
}

TEST_F(OneOffTest, AStopLeavesTheFolderAsItWas) {
    upstream_has("a", "new", noon + 5);
    here_is("a", "old");
    progress_.request_stop();
    EXPECT_EQ(mirror().outcome, Outcome::failed);
    EXPECT_EQ(shown("a"), "old");
}

TEST_F(OneOffTest, NamesOfOursAreNoneOfTheUpstreams) {
    upstream_has("a", "x");
    upstream_has(std::string(PartialFolder::name) + "/lock", "theirs");
    EXPECT_EQ(mirror().total, (Amount{1, 1}));
    EXPECT_FALSE(is_shown(PartialFolder::name));
}

}  // namespace
}  // namespace mirrorseed::sync
