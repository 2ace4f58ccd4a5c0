#include "core/system/links_beneath.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::path;

class LinksBeneathTest : public testing::Test {
protected:
    Folder in() const { return Folder::open(temp_.at("in")).value(); }
    // Where the file behind it is; empty where there is none to be had.
    std::string place_of(const std::string& name) const {
        const auto folder = in();
        const auto file = open_through_links(folder, path(name));
        return file ? place_beneath(folder, *file).value().str() : std::string();
    }

    test::TempFolder temp_;
};

TEST_F(LinksBeneathTest, LeadToFilesInTheFolderAndToNothingElse) {
    temp_.write("in/bookworm/Release", "x");
    temp_.write("outside", "y");
    temp_.link("in/stable", "bookworm");
    temp_.link("in/latest", "stable/../stable/Release");
    temp_.link("in/out", "../outside");
    temp_.link("in/absolute", temp_.at("in/bookworm/Release"));
    temp_.link("in/round", "round");
    temp_.link("in/nowhere", "none");
    EXPECT_EQ(place_of("bookworm/Release"), "bookworm/Release");
    EXPECT_EQ(place_of("stable/Release"), "bookworm/Release");
    EXPECT_EQ(place_of("latest"), "bookworm/Release");
    for (const auto* name : {"out", "absolute", "round", "nowhere", "stable", "none"})
        EXPECT_EQ(place_of(name), "") << name;
}

}  // namespace
}  // namespace mirrorseed
