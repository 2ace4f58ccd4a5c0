#include "app/release/release_offer.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

TEST(ReleaseOffer, AnUpstreamsTrackersComeBackAsTheyWere) {
    for (const TrackerTiers& tiers : {TrackerTiers{}, TrackerTiers{{"http://a/"}},
                                      TrackerTiers{{"http://a/", "udp://b:1"}, {"http://c/"}}})
        EXPECT_EQ(tiers_from_text(tiers_text(tiers)), tiers);
}

}  // namespace
}  // namespace mirrorseed::app
