#include "sync/sureness.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

constexpr auto all = {Sure::exact, Sure::rough, Sure::none};

TEST(Sureness, SizeAndTimeAreEachForItself) {
    for (const auto size : all)
        for (const auto time : all) {
            const Sureness sureness{size, time};
            EXPECT_EQ(sureness.has_exact_size(), size == Sure::exact);
            EXPECT_EQ(sureness.has_exact_time(), time == Sure::exact);
            EXPECT_EQ(sureness.tells_size(), size != Sure::none);
            EXPECT_EQ(sureness.tells_time(), time != Sure::none);
            EXPECT_EQ(sureness.is_exact(), size == Sure::exact && time == Sure::exact);
            EXPECT_EQ(sureness.is_told(), size != Sure::none && time != Sure::none);
        }
    EXPECT_TRUE(Sureness().is_exact());
}

TEST(Sureness, AnExactSizeMustBeEqualWhateverTheTime) {
    for (const auto time : all) {
        const Sureness sureness{Sure::exact, time};
        EXPECT_TRUE(sureness.may_be_of_size(5000, 5000));
        EXPECT_FALSE(sureness.may_be_of_size(5001, 5000));
        EXPECT_FALSE(sureness.may_be_of_size(4999, 5000));
        EXPECT_EQ(sureness.most_bytes(5000), 5000u);
    }
}

TEST(Sureness, ARoughSizeMayBeOffByItsDoubt) {
    for (const auto time : all) {
        const Sureness sureness{Sure::rough, time};
        const auto doubt = size_doubt(5120);
        for (const auto size : {5120 - doubt, Bytes{5120}, 5120 + doubt})
            EXPECT_TRUE(sureness.may_be_of_size(size, 5120)) << size;
        for (const auto size : {Bytes{0}, 5120 - doubt - 1, 5120 + doubt + 1, UINT64_MAX})
            EXPECT_FALSE(sureness.may_be_of_size(size, 5120)) << size;
        EXPECT_TRUE(sureness.may_be_of_size(0, 0));
        EXPECT_EQ(sureness.most_bytes(5120), 5120 + doubt);
    }
}

TEST(Sureness, ASizeThatIsNotToldMayBeAny) {
    for (const auto time : all) {
        const Sureness sureness{Sure::none, time};
        EXPECT_TRUE(sureness.may_be_of_size(UINT64_MAX, 0));
        EXPECT_EQ(sureness.most_bytes(5), std::nullopt);
    }
}

}  // namespace
}  // namespace mirrorseed::sync
