#include "sync/generation/on_demand_budget.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using Digests = std::vector<Digest>;

const auto a = Sha256::of(as_bytes("a")), b = Sha256::of(as_bytes("b")), c = Sha256::of(as_bytes("c"));
const std::vector<KeptOnDemand> kept{{a, 10, 1}, {b, 20, 2}, {c, 30, 3}};

TEST(OnDemandBudget, LetsGoOfWhatWasUsedLongestAgo) {
    EXPECT_EQ(let_go_of(kept, 60), Digests{});
    EXPECT_EQ(let_go_of(kept, 58), Digests{a}) << "and makes room for some more";
    EXPECT_EQ(let_go_of(kept, 57), Digests{a});
    EXPECT_EQ(let_go_of(kept, 55), (Digests{a, b}));
    EXPECT_EQ(let_go_of(kept, 0), (Digests{a, b, c})) << "what is switched off keeps nothing";
    EXPECT_EQ(let_go_of({}, 0), Digests{});
}

TEST(OnDemandBudget, HasAQuarterMoreUntilGc) {
    EXPECT_EQ(room_for(40, kept, 100), OnDemandRoom::enough);
    EXPECT_EQ(room_for(41, kept, 100), OnDemandRoom::gc_is_wanted);
    EXPECT_EQ(room_for(40, kept, 48), OnDemandRoom::gc_is_wanted);
    EXPECT_EQ(room_for(1, kept, 47), OnDemandRoom::none);
}

}  // namespace
}  // namespace mirrorseed::sync
