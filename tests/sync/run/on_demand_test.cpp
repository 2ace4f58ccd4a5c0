#include "sync/run/on_demand.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

TEST(OnDemand, LetsGoOfWhatWasUsedLongestAgo) {
    const auto a = Sha256::of(as_bytes("a")), b = Sha256::of(as_bytes("b")), c = Sha256::of(as_bytes("c"));
    const std::vector<KeptOnDemand> kept{{a, 10, 1}, {b, 20, 2}, {c, 30, 3}};
    using Digests = std::vector<Digest>;
    EXPECT_EQ(let_go_for(40, kept, 100), Digests{});
    EXPECT_EQ(let_go_for(41, kept, 100), Digests{a});
    EXPECT_EQ(let_go_for(60, kept, 100), (Digests{a, b}));
    EXPECT_EQ(let_go_for(100, kept, 100), (Digests{a, b, c}));
    EXPECT_EQ(let_go_for(5, {}, 1), Digests{});
}

}  // namespace
}  // namespace mirrorseed::sync
