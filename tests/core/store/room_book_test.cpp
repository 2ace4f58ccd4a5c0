#include "core/store/room_book.hpp"

#include "core/store/placements.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace mirrorseed {
namespace {

TEST(RoomBook, TellsWhatTheOthersHaveStillToWrite) {
    RoomBook book;
    Bytes told = 0;
    const auto fits = [&](Bytes others) {
        told = others;
        return Status();
    };
    Progress first, second;
    auto one = book.book(1000, first, fits);
    EXPECT_EQ(told, 0u);
    first.start("fetch");
    first.bytes_done(300);
    const auto other = book.book(50, second, fits);
    EXPECT_EQ(told, 700u);
    first.start("candidate");
    first.bytes_done(5);
    *one = {};
    const auto third = book.book(1, first, fits);
    EXPECT_EQ(told, 50u);
    const auto refused = book.book(7, first, [](Bytes) { return Status(Error(Fault::no_space, "full")); });
    EXPECT_TRUE(test::fails_with(Fault::no_space, refused));
}

TEST(Placements, OneAtATimePlacesAContentAndItIsThereUntilAllHaveNamedIt) {
    Placements placements;
    Digest digest{};
    std::atomic<int> placing{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int round = 0; round < 200; ++round) {
                    const Placements::Claim claim(placements, digest);
                    EXPECT_EQ(++placing, 1);
                    placements.add(digest);
                    --placing;
                }
            });
    }
    EXPECT_TRUE(placements.has(digest));
    for (int i = 0; i < 799; ++i)
        placements.remove(digest);
    EXPECT_TRUE(placements.has(digest));
    placements.remove(digest);
    EXPECT_FALSE(placements.has(digest));
}

}  // namespace
}  // namespace mirrorseed
