#include "core/store/store.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace mirrorseed {
namespace {

using test::fails_with;
using test::ok;

class StoreTest : public testing::Test {
protected:
    Result<Store> open(const char* who = "sync debian") const { return Store::open(places_, who); }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    StorePlaces places_{temp_.at("store"), ""};
};

TEST_F(StoreTest, IsMadeWhereThereIsNothing) {
    EXPECT_FALSE(places_.exists());
    ASSERT_TRUE(ok(open()));
    EXPECT_TRUE(places_.exists());
    for (const auto* name : {"catalogue.db", "blobs/sha256", "staging", "trees", "manifests", "lock"})
        EXPECT_TRUE(temp_.has(std::string("store/") + name)) << name;
    EXPECT_TRUE(ok(open()));
}

TEST_F(StoreTest, IsMadeInAnEmptyFolderAndBesideItsConfig) {
    temp_.write("store/mirrorseed.toml", "");
    temp_.write("store/lost+found/x", "");
    EXPECT_TRUE(ok(open()));
}

TEST_F(StoreTest, WhatMayTellOfAnEmbargoIsClosedToOthers) {
    const auto mode = [&](const std::string& name) {
        struct stat info {};
        EXPECT_EQ(::stat(temp_.at("store/" + name).c_str(), &info), 0) << name;
        return info.st_mode & 07777U;
    };
    ASSERT_TRUE(ok(open()));
    EXPECT_EQ(mode("blobs") & 0007U, 0u);
    EXPECT_EQ(mode("staging") & 0077U, 0u);
    EXPECT_EQ(mode("trees") & 0005U, 0005u);
    // As an older program left it, and an operator who lets a group in.
    temp_.mode("store/blobs", 02775);
    temp_.mode("store/manifests", 0755);
    temp_.mode("store/catalogue.db", 0664);
    temp_.write("store/catalogue.db.damaged", "");
    temp_.mode("store/catalogue.db.damaged", 0644);
    ASSERT_TRUE(ok(open()));
    EXPECT_EQ(mode("blobs"), 02770u);
    EXPECT_EQ(mode("manifests"), 0750u);
    for (const auto* name : {"catalogue.db", "catalogue.db-wal", "catalogue.db-shm", "catalogue.db.damaged"})
        EXPECT_EQ(mode(name) & 0007U, 0u) << name;
}

TEST_F(StoreTest, ItsServersGroupMayReadWhereWeMaySaySo) {
    places_.readers = ::getegid();
    ASSERT_TRUE(ok(open()));
    struct stat info {};
    ASSERT_EQ(::stat(temp_.at("store/blobs").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0750u);
    EXPECT_EQ(info.st_gid, ::getegid());
    ASSERT_EQ(::stat(temp_.at("store/catalogue.db").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07077U, 0040u);
}

TEST_F(StoreTest, RefusesAFolderThatHoldsOtherThings) {
    temp_.write("store/holiday.jpg", "beach");
    EXPECT_TRUE(fails_with(Fault::refused, open()));
    EXPECT_FALSE(temp_.has("store/blobs"));
    EXPECT_FALSE(temp_.has("store/lock"));
}

TEST_F(StoreTest, HasOneWriterAtATimeAndNamesIt) {
    const auto first = open("sync debian");
    ASSERT_TRUE(ok(first));
    const auto second = open("gc");
    ASSERT_TRUE(fails_with(Fault::busy, second));
    const auto text = second.error().text();
    EXPECT_NE(text.find("process " + std::to_string(::getpid()) + " (sync debian)"), std::string::npos)
        << text;
}

TEST_F(StoreTest, ALockThatNobodyHoldsIsTaken) {
    {
        const auto first = open("one with a very long name");
        ASSERT_TRUE(ok(first));
    }
    const auto second = open("two");
    ASSERT_TRUE(ok(second));
    EXPECT_EQ(temp_.read("store/lock"), "process " + std::to_string(::getpid()) + " (two)\n");
}

TEST_F(StoreTest, TheLockIsNoLink) {
    temp_.write("precious", "kept");
    ASSERT_TRUE(ok(open()));
    temp_.remove("store/lock");
    temp_.link("store/lock", "../precious");
    EXPECT_FALSE(open());
    EXPECT_EQ(temp_.read("precious"), "kept");
}

TEST_F(StoreTest, AMissingCatalogueBesideManifestsIsDamage) {
    ASSERT_TRUE(ok(open()));
    temp_.write("store/manifests/debian/1.json", "{}");
    temp_.remove("store/catalogue.db");
    const auto refused = open();
    ASSERT_TRUE(fails_with(Fault::damaged, refused));
    EXPECT_NE(refused.error().text().find("catalogue.db is missing"), std::string::npos);
    EXPECT_FALSE(temp_.has("store/catalogue.db"));
}

TEST_F(StoreTest, AnEmptyCatalogueBesideManifestsIsDamage) {
    ASSERT_TRUE(ok(open()));
    temp_.write("store/manifests/debian/1.json", "{}");
    temp_.write("store/catalogue.db", "");
    EXPECT_TRUE(fails_with(Fault::damaged, open()));
}

TEST_F(StoreTest, AMissingCatalogueThatLiesElsewhereMayBeAnUnmountedDisk) {
    places_.catalogue = temp_.at("elsewhere.db");
    ASSERT_TRUE(ok(open()));
    temp_.write("store/manifests/debian/1.json", "{}");
    temp_.remove("elsewhere.db");
    const auto refused = open();
    ASSERT_TRUE(fails_with(Fault::not_found, refused));
    EXPECT_NE(refused.error().text().find("mounted"), std::string::npos);
}

TEST_F(StoreTest, ADamagedCatalogueIsThrown) {
    ASSERT_TRUE(ok(open()));
    temp_.write("store/catalogue.db", std::string(8192, 'x'));
    try {
        (void)open();
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
}

TEST_F(StoreTest, ACatalogueMayLieElsewhere) {
    places_.catalogue = temp_.at("fast.db");
    ASSERT_TRUE(ok(open()));
    EXPECT_TRUE(temp_.has("fast.db"));
    EXPECT_FALSE(temp_.has("store/catalogue.db"));
    // The disk with the blobs is not mounted: an empty folder is where they were.
    temp_.remove("store");
    EXPECT_TRUE(fails_with(Fault::refused, open()));
}

TEST_F(StoreTest, ARecoveredCatalogueTakesTheDamagedOnesPlace) {
    ASSERT_TRUE(ok(open()));
    temp_.write("store/catalogue.db", "rubbish");
    {
        auto store = Store::open_for_recovery(places_, "recover");
        ASSERT_TRUE(ok(store));
        store->catalogue().trees().ensure("debian");
        EXPECT_EQ(temp_.read("store/catalogue.db"), "rubbish");
        ASSERT_TRUE(ok(store->commit_recovered()));
        EXPECT_TRUE(store->catalogue().trees().find("debian"));
    }
    EXPECT_EQ(temp_.read("store/catalogue.db.damaged"), "rubbish");
    auto again = open();
    ASSERT_TRUE(ok(again));
    EXPECT_TRUE(again->catalogue().trees().find("debian"));
}

TEST_F(StoreTest, ARecoveryThatWasGivenUpChangesNothing) {
    {
        auto store = open();
        ASSERT_TRUE(ok(store));
        store->catalogue().trees().ensure("debian");
    }
    ASSERT_TRUE(ok(Store::open_for_recovery(places_, "recover")));
    auto again = open();
    ASSERT_TRUE(ok(again));
    EXPECT_TRUE(again->catalogue().trees().find("debian"));
}

TEST_F(StoreTest, AnotherConnectionIsOfTheSameStoreAndSeesWhatIsWritten) {
    auto store = open().value();
    auto again = store.again();
    store.catalogue().trees().ensure("debian");
    EXPECT_TRUE(again.catalogue().trees().find("debian"));
    again.catalogue().trees().ensure("ubuntu");
    EXPECT_TRUE(store.catalogue().trees().find("ubuntu"));
    EXPECT_EQ(again.places().store, store.places().store);
}

TEST_F(StoreTest, TheReserveThatWasGivenUpIsMadeAgain) {
    const test::TempFolder roomy;  // one in memory may be too small for a reserve
    auto store = Store::open({roomy.at("store"), ""}, "sync debian").value();
    const auto reserve = RelPath::parse("reserve").value();
    ASSERT_TRUE(store.folder().facts(reserve));
    Store::give_up_reserve(store.places());
    ASSERT_FALSE(store.folder().facts(reserve));
    const auto again = store.again();
    EXPECT_TRUE(again.folder().facts(reserve));
}

}  // namespace
}  // namespace mirrorseed
