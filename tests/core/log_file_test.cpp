#include "core/log_file.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace mirrorseed {
namespace {

TEST(LogFile, AFolderIsClosedWhereOnlyRootAndWePutNames) {
    EXPECT_TRUE(is_closed_to_others(0, S_IFDIR | 0755, 0));
    EXPECT_TRUE(is_closed_to_others(0, S_IFDIR | 0755, 1000));
    EXPECT_TRUE(is_closed_to_others(1000, S_IFDIR | 0700, 1000));
    EXPECT_FALSE(is_closed_to_others(1000, S_IFDIR | 0700, 0));
    EXPECT_FALSE(is_closed_to_others(0, S_IFDIR | 0775, 0));
    EXPECT_FALSE(is_closed_to_others(0, S_IFDIR | 01777, 0));
}

TEST(LogFile, WhatOthersPutThereIsAFileWithOneNameOrNoLog) {
    EXPECT_FALSE(why_no_log(S_IFREG | 0644, 1));
    EXPECT_TRUE(why_no_log(S_IFREG | 0644, 2));
    EXPECT_TRUE(why_no_log(S_IFLNK | 0777, 1));
    EXPECT_TRUE(why_no_log(S_IFIFO | 0644, 1));
    EXPECT_TRUE(why_no_log(S_IFCHR | 0666, 1));
}

class LogFilePlaces : public testing::Test {
protected:
    LogFilePlaces() {
        folder_.write("logs/x", "");
        folder_.write("roots", "root's\n");
    }

    // Says a word into it.
    Status say(const std::string& name, LogFileManner manner = {}) const {
        const auto file = open_log_file(folder_.at(name), manner);
        if (!file) return file.error();
        EXPECT_EQ(::write(*file, "word\n", 5), 5);
        ::close(*file);
        return {};
    }
    void open_to_all() const { folder_.mode("logs", 0777); }

    test::TempFolder folder_;
};

TEST_F(LogFilePlaces, AreMadeAndAppendedTo) {
    EXPECT_TRUE(say("logs/log"));
    EXPECT_TRUE(say("logs/log"));
    EXPECT_EQ(folder_.read("logs/log"), "word\nword\n");
    open_to_all();
    EXPECT_TRUE(say("logs/log"));
    EXPECT_TRUE(say("logs/other"));
    EXPECT_FALSE(say("none/such/log"));
    EXPECT_TRUE(say("none/such/log", {.makes_folders = true}));
    EXPECT_FALSE(say("logs"));
    EXPECT_FALSE(say("logs/"));
    EXPECT_FALSE(say("logs/x/log"));
}

TEST_F(LogFilePlaces, LinksAreFollowedWhereTheyAreOurs) {
    folder_.link("logs/log", "../roots");
    folder_.link("here", folder_.at("logs"));
    EXPECT_TRUE(say("here/./log"));
    EXPECT_EQ(folder_.read("roots"), "root's\nword\n");
    folder_.link("round", "round");
    EXPECT_FALSE(say("round"));
}

TEST_F(LogFilePlaces, NoLinkIsFollowedThatOthersCouldHavePutThere) {
    open_to_all();
    folder_.link("logs/log", folder_.at("roots"));
    folder_.link("logs/new", folder_.at("made"));
    folder_.link("logs/way", folder_.path());
    for (const auto* name : {"logs/log", "logs/new", "logs/way/roots"}) {
        const auto said = say(name);
        ASSERT_FALSE(said) << name;
        EXPECT_NE(said.error().text().find("link"), std::string::npos) << said.error().text();
    }
    EXPECT_EQ(folder_.read("roots"), "root's\n");
    EXPECT_FALSE(folder_.has("made"));
}

TEST_F(LogFilePlaces, NorIsAnotherNameOfAFileOrAPipe) {
    std::filesystem::create_hard_link(folder_.at("roots"), folder_.at("logs/log"));
    ASSERT_EQ(::mkfifo(folder_.at("logs/pipe").c_str(), 0666), 0);
    EXPECT_TRUE(say("logs/log")) << "in a folder of ours it is what we put there";
    open_to_all();
    EXPECT_FALSE(say("logs/log"));
    EXPECT_FALSE(say("logs/pipe")) << "and nobody waits for a reader";
}

TEST_F(LogFilePlaces, OurOwnOutputIsOne) {
    const auto null = open_log_file("/dev/null");
    ASSERT_TRUE(null);
    const auto name = "/proc/self/fd/" + std::to_string(*null);
    EXPECT_TRUE(open_log_file(name)) << name;
}

}  // namespace
}  // namespace mirrorseed
