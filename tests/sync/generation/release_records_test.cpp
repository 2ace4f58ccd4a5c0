#include "sync/generation/release_records.hpp"

#include "tests/support/sync_fixture.hpp"

#include <latch>
#include <thread>

namespace mirrorseed::sync {
namespace {

using Records = test::SyncFixture;

TEST_F(Records, AreWholeHoweverManyWriteThem) {
    upstream_has("a", "text");
    sync();
    constexpr std::size_t writers = 4, each = 10;
    const auto id = tree().id;
    std::latch start(writers);
    std::array<Status, writers> results;
    const auto write = [&](std::size_t number) {
        auto store = store_->again();
        start.arrive_and_wait();
        for (std::size_t i = 0; i < each && results.at(number); ++i) {
            const auto name = std::to_string(number) + "-" + std::to_string(i);
            store.catalogue().releases().add({.tree = id,
                                              .path = RelPath::parse(name).value(),
                                              .name = name,
                                              .title = name,
                                              .info_hash_v2 = test::digest_of_text(name),
                                              .tree_name = wish_.tree},
                                             {});
            results.at(number) = write_records(store, wish_.tree);
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < writers; ++i)
            threads.emplace_back(write, i);
    }
    for (const auto& result : results)
        EXPECT_TRUE(result) << (result ? "" : result.error().text());
    std::vector<std::string> troubles;
    EXPECT_EQ(read_records(store_->folder(), troubles).size(), writers * each);
    EXPECT_EQ(troubles, std::vector<std::string>{});
}

}  // namespace
}  // namespace mirrorseed::sync
