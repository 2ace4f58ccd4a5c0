// What becomes of one file that the fetcher is brought, whole or in part.

#include "tests/support/fetcher_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::file_of;
using test::ok;
using test::path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Error trouble(Fault::busy, "the line is bad");

class FetchedFileTest : public FetcherFixture {};

class Refuses final : public ContentCheck {
public:
    void see(ByteSpan bytes) override { seen_ += bytes.size(); }
    Status verdict() override {
        return Error(Fault::damaged, "its SHA-1 is wrong after " + std::to_string(seen_) + " bytes");
    }

private:
    Bytes seen_ = 0;
};

TEST_F(FetchedFileTest, AFileThatFailsItsCheckDoesNotArrive) {
    list({"bad", "good"});
    wish_.check_for = [](const RelPath& path) -> std::unique_ptr<ContentCheck> {
        return path.str() == "bad" ? std::make_unique<Refuses>() : nullptr;
    };
    const auto result = fetch(bring);
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->quarantined), ElementsAre("bad"));
    EXPECT_EQ(result->quarantined[0].reason, "its SHA-1 is wrong after 3 bytes");
    EXPECT_THAT(landing_.names(), ElementsAre("good"));
    EXPECT_THAT(staged(), IsEmpty());
}

TEST_F(FetchedFileTest, AFileThatIsNotWhatWasListedByItsDigestDoesNotArrive) {
    set_listing({{"bad", test::stored("other")}, {"good", test::stored("good")}});
    const auto result = fetch(bring);
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->quarantined), ElementsAre("bad"));
    EXPECT_THAT(result->quarantined[0].reason, HasSubstr(digest_of_text("other").hex()));
    EXPECT_THAT(landing_.names(), ElementsAre("good"));
    EXPECT_THAT(staged(), IsEmpty());
}

TEST_F(FetchedFileTest, AWithdrawnContentIsTold) {
    list({"a", "withdrawn"});
    const auto result = fetch(bring);
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->withdrawn), ElementsAre("withdrawn"));
    EXPECT_EQ(result->withdrawn[0].withdrawn->digest, digest_of_text("withdrawn"));
    EXPECT_THAT(paths(result->missing), ElementsAre("withdrawn"));
    EXPECT_THAT(landing_.names(), ElementsAre("a"));
}

TEST_F(FetchedFileTest, APartIsGoneOnWithInTheSameRun) {
    const std::string content(3 << 20, 'x');
    set_listing({{"large", file_of(content)}});
    int attempt = 0;
    const auto result = fetch([&](Orders& orders, Order& order) {
        if (++attempt == 1) {
            write(orders, order, std::string_view(content).substr(0, 2 << 20));
            order.part_validator = "\"etag\"";
            return orders.failed(order, trouble, Again::later);
        }
        const auto intake = orders.intake(order);
        ASSERT_TRUE(ok(intake));
        EXPECT_EQ((*intake)->size(), Bytes{2} << 20);
        EXPECT_EQ(order.part_validator, "\"etag\"");
        ASSERT_TRUE(ok((*intake)->write(as_bytes(content).subspan(2 << 20))));
        orders.brought(order, {});
    });
    ASSERT_TRUE(ok(result));
    EXPECT_EQ(result->transferred, content.size());
    EXPECT_EQ(landing_.kept.at("large").item.entry.digest, digest_of_text(content));
    EXPECT_THAT(staged(), IsEmpty());
}

TEST_F(FetchedFileTest, APartIsGoneOnWithInTheNextRunOrStartedOver) {
    const std::string content(3 << 20, 'x');
    set_listing({{"large", file_of(content)}});
    EXPECT_FALSE(fetch([&](Orders& orders, Order& order) {
        write(orders, order, std::string(2 << 20, 'y'));
        order.part_validator = "v1";
        progress_.request_stop();
        orders.failed(order, Error(Fault::refused, "stopped"), Again::no);
    }));
    Progress again;
    FakeUpstream upstream([&](Orders& orders, Order& order) {
        const auto part = orders.intake(order);
        ASSERT_TRUE(ok(part));
        EXPECT_EQ((*part)->size(), Bytes{2} << 20);
        EXPECT_EQ(order.part_validator, "v1");
        const auto fresh = orders.start_over(order);
        ASSERT_TRUE(ok(fresh));
        EXPECT_EQ((*fresh)->size(), 0u);
        EXPECT_EQ(order.part_validator, "");
        ASSERT_TRUE(ok((*fresh)->write(as_bytes(content))));
        orders.brought(order, {});
    });
    const auto result = fetch_files(upstream, listing_, wanted_, wish_, landing_, again);
    ASSERT_TRUE(ok(result));
    EXPECT_EQ(landing_.kept.at("large").item.entry.digest, digest_of_text(content));
}

TEST_F(FetchedFileTest, APartOfAFileThatChangedIsThrownAway) {
    set_listing({{"large", file_of(std::string(3 << 20, 'x'))}});
    EXPECT_TRUE(ok(fetch([](Orders& orders, Order& order) {
        write(orders, order, std::string(2 << 20, 'x'));
        orders.failed(order, Error(Fault::changed, "another one"), Again::no);
    })));
    EXPECT_THAT(staged(), IsEmpty());
}

TEST_F(FetchedFileTest, WhatIsToldWithAFileIsBelievedAndRemembered) {
    list({"a"});
    const auto later = FileTime::from_seconds(test::noon + 7);
    EXPECT_TRUE(ok(fetch([&](Orders& orders, Order& order) {
        write(orders, order, "a");
        orders.brought(order, {.mtime = later, .validator = "\"v\""});
    })));
    EXPECT_EQ(landing_.kept.at("a").item.entry.mtime, later);
    EXPECT_EQ(landing_.kept.at("a").validator, "\"v\"");
    EXPECT_TRUE(landing_.kept.at("a").was_listed_exactly);
    EXPECT_EQ(listing_.find(path("a"))->mtime, later);
}

TEST_F(FetchedFileTest, AFileThatLandedIsHashedAndTaken) {
    list({"moved", "shared", "short"});
    temp_.write("work/moved", "moved", test::noon);
    temp_.write("work/shared", "shared", test::noon);
    temp_.write("work/short", "shor", test::noon);
    const auto work = Folder::open(temp_.at("work")).value();
    const auto result = fetch([&](Orders& orders, Order& order) {
        const auto& name = order.item.path;
        orders.landed(order, work, name, name.str() == "shared" ? Acquire::share : Acquire::move);
    });
    ASSERT_TRUE(ok(result));
    EXPECT_EQ(landing_.kept.at("moved").item.entry.digest, digest_of_text("moved"));
    EXPECT_EQ(landing_.kept.at("shared").item.entry.digest, digest_of_text("shared"));
    EXPECT_EQ(result->transferred, std::string("moved").size()) << "what is shared was not transferred";
    EXPECT_THAT(paths(result->changed), ElementsAre("short"));
    EXPECT_FALSE(temp_.has("work/moved"));
    EXPECT_TRUE(temp_.has("work/shared"));
}

TEST_F(FetchedFileTest, ASharedFileOfAnotherTimeHasChanged) {
    list({"a"});
    temp_.write("work/a", "a", test::noon + 1);
    const auto work = Folder::open(temp_.at("work")).value();
    const auto result =
        fetch([&](Orders& orders, Order& order) { orders.landed(order, work, path("a"), Acquire::share); });
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->changed), ElementsAre("a"));
}

TEST_F(FetchedFileTest, ALandedFileThatIsNotThereIsLeft) {
    list({"a"});
    const auto work = Folder::make(temp_.at("work")).value();
    const auto result =
        fetch([&](Orders& orders, Order& order) { orders.landed(order, work, path("a"), Acquire::move); });
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->missing), ElementsAre("a"));
}

// As a signed index tells a file.
constexpr Sureness undated{Sure::exact, Sure::none};
constexpr auto later = FileTime::from_seconds(test::noon + 7);

TEST_F(FetchedFileTest, WhatNobodyDatesGetsTheTimeThatComesWithIt) {
    set_listing({{"a", test::stored("a", 0)}}, undated);
    EXPECT_TRUE(ok(fetch([&](Orders& orders, Order& order) {
        EXPECT_EQ(order.sureness, undated);
        write(orders, order, "a");
        orders.brought(order, {.mtime = later});
    })));
    EXPECT_EQ(landing_.kept.at("a").item.entry, test::stored("a", test::noon + 7));
    EXPECT_FALSE(landing_.kept.at("a").was_listed_exactly);
    EXPECT_EQ(listing_.find(path("a")), test::stored("a", test::noon + 7));
    EXPECT_EQ(listing_.at(*listing_.place_of(path("a"))).sureness, Sureness::exact);
}

TEST_F(FetchedFileTest, OneExactFactIsNoExactListing) {
    for (const auto sureness : {Sureness{Sure::exact, Sure::rough}, Sureness{Sure::rough, Sure::exact}}) {
        landing_.kept.clear();
        wanted_.clear();
        set_listing({{"a", file_of("a")}}, sureness);
        EXPECT_TRUE(ok(fetch(bring)));
        EXPECT_FALSE(landing_.kept.at("a").was_listed_exactly);
    }
}

TEST_F(FetchedFileTest, AFileThatLandedTellsWhatTheListingWasNotSureOf) {
    const auto entry_landed = [&](Sureness sureness, Acquire acquire) -> std::optional<Entry> {
        landing_.kept.clear();
        wanted_.clear();
        set_listing({{"a", file_of("listed")}}, sureness);
        temp_.write("work/a", "landed!", later.seconds());
        const auto work = Folder::open(temp_.at("work")).value();
        const auto result =
            fetch([&](Orders& orders, Order& order) { orders.landed(order, work, path("a"), acquire); });
        if (landing_.kept.empty()) return std::nullopt;
        EXPECT_EQ(result->transferred, acquire == Acquire::move ? 7u : 0u);
        return landing_.kept.at("a").item.entry;
    };
    for (const auto acquire : {Acquire::move, Acquire::share}) {
        EXPECT_EQ(entry_landed(Sureness::none, acquire), test::stored("landed!", later.seconds()));
        EXPECT_EQ(entry_landed(Sureness::rough, acquire), test::stored("landed!", later.seconds()));
        EXPECT_EQ(entry_landed(undated, acquire), std::nullopt) << "an exact size must be equal";
    }
    // A program that keeps seconds alone is not asked for the rest.
    EXPECT_EQ(entry_landed({Sure::rough, Sure::exact}, Acquire::move), test::stored("landed!"));
    EXPECT_EQ(entry_landed({Sure::rough, Sure::exact}, Acquire::share), std::nullopt);
}

TEST_F(FetchedFileTest, WhatComesFromElsewhereByItsDigestKeepsTheListedTime) {
    set_listing({{"a", test::stored("a")}});
    wish_.by_digest = true;
    EXPECT_TRUE(ok(fetch([&](Orders& orders, Order& order) {
        EXPECT_TRUE(order.sureness.has_exact_size());
        EXPECT_FALSE(order.sureness.has_exact_time());
        write(orders, order, "a");
        orders.brought(order, {.mtime = later});
    })));
    EXPECT_EQ(landing_.kept.at("a").item.entry, test::stored("a"));
}

}  // namespace
}  // namespace mirrorseed::sync
