#include "sync/one_off/told_once.hpp"

#include "sync/one_off/sorted_places.hpp"
#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::path;

constexpr std::uint32_t many = 100'000;
constexpr std::uint64_t few_steps = 40;  // for each of so many: a search goes by halves

// Counts how often it was asked.
struct Counting {
    std::uint64_t* count;
    template <typename T>
    bool operator()(const T& a, const T& b) const {
        ++*count;
        return a < b;
    }
};

TEST(ToldOnce, TheFirstReasonOfANameStaysInItsPlace) {
    std::vector<LeftOut> told{{path("z"), "gone"}, {path("b"), "refused"}};
    ToldOnce once(told);
    once.tell(path("b"), "later");
    once.tell(path("a"), "full");
    once.tell(path("a"), "later");
    std::vector<std::string> all;
    for (const auto& item : told)
        all.push_back(item.path.str() + ": " + item.reason);
    EXPECT_EQ(all, (std::vector<std::string>{"z: gone", "b: refused", "a: full"}));
}

TEST(ToldOnce, DoesNotSearchThroughAllThatWasTold) {
    std::vector<LeftOut> told;
    std::uint64_t comparisons = 0;
    ToldOnce once(told, Counting{&comparisons});
    for (std::uint32_t number = 0; number < many; ++number)
        once.tell(path("d/" + std::to_string(number)), "refused");
    EXPECT_EQ(told.size(), many);
    EXPECT_LT(comparisons, many * few_steps);
}

TEST(SortedPlaces, DoesNotSearchThroughAllOfThem) {
    std::vector<Listing::Place> even;
    for (std::uint32_t number = 0; number < many; ++number)
        even.push_back({0, 2 * number});
    std::uint64_t comparisons = 0;
    for (std::uint32_t number = 0; number < many; ++number) {
        EXPECT_TRUE(has(even, {0, 2 * number}, Counting{&comparisons}));
        EXPECT_FALSE(has(even, {0, 2 * number + 1}, Counting{&comparisons}));
    }
    EXPECT_LT(comparisons, 2 * many * few_steps);
}

}  // namespace
}  // namespace mirrorseed::sync
