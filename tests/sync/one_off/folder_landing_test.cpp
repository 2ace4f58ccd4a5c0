// What an earlier run brought and did not show, as the next one finds it.

#include "sync/one_off/folder_landing.hpp"

#include "sync/one_off/partial_folder.hpp"
#include "tests/support/listed.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::noon;
using test::ok;
using test::path;

class FolderLandingTest : public testing::Test {
protected:
    // Of a file "hello" of noon that came, and is listed so now.
    void recall(const Entry& listed, Sureness sureness) {
        temp_.write("partial/" + whole_name(path("a")).str(), "hello", noon);
        listing_.add(RelPath(), {{.name = "a", .entry = listed, .sureness = sureness}});
        listing_.finish().value();
        wanted_ = {{.place = *listing_.place_of(path("a")), .replaces = false}};
        const auto ready = landing_.recall(listing_, wanted_);
        ASSERT_TRUE(ok(ready));
        ready_ = ready->size();
    }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    Folder mirror_ = Folder::make(temp_.at("mirror")).value();
    Folder partial_ = Folder::make(temp_.at("partial")).value();
    FolderLanding landing_{mirror_, partial_};
    Listing listing_;
    std::vector<Plan::Fetch> wanted_;
    std::size_t ready_ = 0;
};

TEST_F(FolderLandingTest, WhatIsListedExactlyIsReadyWhenItIsThat) {
    recall(file_of("hello"), Sureness::exact);
    EXPECT_EQ(ready_, 1u);
    EXPECT_TRUE(wanted_.empty());
}

TEST_F(FolderLandingTest, AnExactSizeAloneLeavesItToTheUpstream) {
    recall(file_of("hello"), {Sure::exact, Sure::rough});
    EXPECT_EQ(ready_, 0u);
    ASSERT_EQ(wanted_.size(), 1u);
    EXPECT_TRUE(wanted_[0].replaces);
    EXPECT_EQ(landing_.current(path("a"))->size, 5u);
}

TEST_F(FolderLandingTest, SoDoesAnExactTimeAlone) {
    recall(file_of("hello"), {Sure::rough, Sure::exact});
    EXPECT_EQ(ready_, 0u);
    EXPECT_TRUE(wanted_.at(0).replaces);
}

}  // namespace
}  // namespace mirrorseed::sync
