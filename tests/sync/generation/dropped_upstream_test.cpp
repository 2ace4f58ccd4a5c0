#include "sync/generation/dropped_upstream.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::link_to;
using test::listing_of;
using test::path;

Selection selection_of(const std::vector<std::string>& include, const std::vector<std::string>& exclude) {
    const auto globs = [](const std::vector<std::string>& texts) {
        std::vector<Glob> parsed;
        for (const auto& text : texts)
            parsed.push_back(Glob::parse(text).value());
        return parsed;
    };
    return {globs(include), globs(exclude)};
}

bool is_dropped(const std::string& name, const Listing& listing, const Selection& selection = {},
                const Entry& entry = file_of("x")) {
    return DroppedUpstream(listing, selection).leaving({path(name), entry}) == Leaving::dropped_upstream;
}

const test::Tree some{{"d", folder_of()}, {"d/here", file_of("x")}};

TEST(DroppedUpstream, IsAFileThatTheListingHasNoMore) {
    const auto listing = listing_of(some);
    EXPECT_TRUE(is_dropped("d/gone", listing));
    EXPECT_TRUE(is_dropped("e/f/gone", listing)) << "with its folders";
    EXPECT_FALSE(is_dropped("d/here", listing)) << "it is listed, and withdrawn say";
}

TEST(DroppedUpstream, IsNoFolderNoLinkAndNothingHidden) {
    const auto listing = listing_of(some);
    auto hidden = file_of("x");
    hidden.hidden = true;
    for (const auto& entry : {folder_of(), link_to("here"), hidden})
        EXPECT_FALSE(is_dropped("d/gone", listing, {}, entry));
}

TEST(DroppedUpstream, IsNothingThatWasNotAskedFor) {
    const auto listing = listing_of(some);
    EXPECT_FALSE(is_dropped("d/gone", listing, selection_of({}, {"gone"})));
    EXPECT_FALSE(is_dropped("a/d/gone", listing, selection_of({}, {"a/"})));
    EXPECT_FALSE(is_dropped("a/b/gone", listing, selection_of({}, {"a/b"})));
    EXPECT_FALSE(is_dropped("d/gone", listing, selection_of({"d/here"}, {})));
    EXPECT_TRUE(is_dropped("d/gone", listing, selection_of({"d/"}, {"other"})));
}

TEST(DroppedUpstream, IsNothingThatIsThereAndLeftOut) {
    auto listing = listing_of(some);
    listing.leave_out(path("d/odd"), "it is a device");
    listing.leave_out(path("away"), leaves_the_tree);
    EXPECT_FALSE(is_dropped("d/odd", listing));
    EXPECT_FALSE(is_dropped("away/below/it", listing));
    EXPECT_TRUE(is_dropped("d/odder", listing));
    EXPECT_TRUE(is_dropped("d/gone", listing));
}

}  // namespace
}  // namespace mirrorseed::sync
