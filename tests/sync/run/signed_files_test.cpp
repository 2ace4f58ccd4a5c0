#include "sync/run/signed_files.hpp"

#include "tests/support/listed.hpp"
#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::path;
using testing::ElementsAre;

TEST(BadlySignedFiles, AreKeptForTheNextRunUpToABoundAndTheirSignaturesStay) {
    constexpr Bytes large = Bytes{600} << 20;
    Listing listing;
    const auto list = [&](const char* name, Bytes size, std::optional<Digest> digest) {
        listing.append(RelPath(), {.name = name, .entry = {.size = size, .digest = digest}});
    };
    list("a", large, test::digest_of_text("a"));
    list("b", large, test::digest_of_text("b"));
    list("c", 5, test::digest_of_text("c"));
    list("d", 5, std::nullopt);
    ASSERT_TRUE(listing.finish());
    FetchResult fetched;
    for (const char* name : {"a", "b", "c", "d", "gone"})
        fetched.badly_signed.push_back({path(name), path(std::string(name) + ".sig")});
    Doubtful doubtful;
    hold_back_badly_signed(listing, fetched, doubtful);
    EXPECT_THAT(doubtful.names,
                ElementsAre(path("a.sig"), path("b.sig"), path("c.sig"), path("d.sig"), path("gone.sig")));
    ASSERT_EQ(doubtful.kept.size(), 2U) << "another would be more than is kept";
    EXPECT_EQ(doubtful.kept[0].path, path("a"));
    EXPECT_EQ(doubtful.kept[1].path, path("c"));
}

}  // namespace
}  // namespace mirrorseed::sync
