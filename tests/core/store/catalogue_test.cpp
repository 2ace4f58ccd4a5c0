#include "core/store/sqlite.hpp"
#include "tests/core/store/catalogue_words.hpp"

#include <filesystem>
#include <functional>
#include <thread>

namespace mirrorseed {
namespace {

TEST_F(CatalogueTest, IsMadeFromNothingAndOpenedAgain) {
    put("a", file("x"));
    publish();
    catalogue_ = Catalogue::open(file_);
    EXPECT_EQ(catalogue_.trees().find("debian")->generation, 1u);
    EXPECT_TRUE(find(1, "a"));
    EXPECT_NO_THROW(catalogue_.look());
}

TEST_F(CatalogueTest, AReaderRefusesACatalogueThatWasNeverMade) {
    { Database::open(temp_.at("empty.db"), Database::Mode::create).execute("pragma journal_mode = wal"); }
    try {
        (void)Catalogue::open_to_read(temp_.at("empty.db"));
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
    EXPECT_THROW((void)Catalogue::open_to_read(temp_.at("missing.db")), CatalogueTrouble);
}

TEST_F(CatalogueTest, ANewerSchemaIsRefusedByReadersAndWriters) {
    Database::open(file_, Database::Mode::read_write).execute("pragma user_version = 1000");
    const std::function<Catalogue()> open_to_write = [&] { return Catalogue::open(file_); };
    const std::function<Catalogue()> open_to_read = [&] { return Catalogue::open_to_read(file_); };
    for (const auto& open : {open_to_write, open_to_read})
        try {
            (void)open();
            ADD_FAILURE() << "it was taken";
        } catch (const CatalogueTrouble& trouble) {
            EXPECT_TRUE(trouble.error().is(Fault::unsupported)) << trouble.what();
            EXPECT_NE(std::string(trouble.what()).find("1000"), std::string::npos) << trouble.what();
        }
}

// As the version before this one left it.
TEST_F(CatalogueTest, AnOlderSchemaIsBroughtUpToDate) {
    put("a", file("x"));
    publish();
    catalogue_.runs().end(catalogue_.runs().start(tree_, "", noon),
                          {.ended = noon + 5, .outcome = "unchanged"});
    catalogue_.runs().end(catalogue_.runs().start(tree_, "", noon + 60),
                          {.ended = noon + 61, .outcome = "failed"});
    catalogue_.write_back();
    {
        auto database = Database::open(file_, Database::Mode::read_write);
        database.execute("update trees set candidate = 2, held_reason = 'too much goes'");
        database.execute(
            "drop index blobs_closed; drop index blobs_half_dressed; drop index blobs_damaged; "
            "drop trigger damage_is_seen; alter table blobs drop column mode; "
            "alter table blobs drop column mtime; alter table blobs drop column next_mtime");
        database.execute("alter table trees drop column doubted");
        database.execute("drop table refused; drop table doubted; drop table owed; drop table told");
        database.execute("drop table naming");
        database.execute("alter table trees drop column read_at");
        database.execute("alter table trees drop column behind_since");
        database.execute("alter table entries drop column dropped");
        database.execute(
            "drop trigger parts_of_release_go; drop table web_seeds; drop table undescribed; drop table "
            "chores; "
            "drop view listed_releases; drop view known_releases; alter table trees drop column "
            "described_for");
        for (const auto* column : {"since", "hidden", "rule", "thing", "keep", "keep_versions",
                                   "piece_length", "adopted", "tree_name", "over"})
            database.execute(("alter table releases drop column " + std::string(column)).c_str());
        database.execute(
            "create view listed_releases as select r.id, r.tree, r.path, r.name, r.title, r.published, "
            "r.gone, "
            "b.digest as content, r.size, r.info_hash_v1, r.info_hash_v2 "
            "from releases r left join blobs b on b.id = r.blob where r.withdrawn = 0");
        database.execute(
            "drop trigger sums_of_blob_go; drop table sums; drop table not_held; "
            "drop trigger on_demand_goes; drop table on_demand");
        database.execute("pragma user_version = 5");
    }
    EXPECT_THROW((void)Catalogue::open_to_read(file_), CatalogueTrouble);
    catalogue_ = Catalogue::open(file_);
    EXPECT_EQ(catalogue_.trees().find("debian")->held_reason, "too much goes");
    EXPECT_EQ(catalogue_.trees().find("debian")->read_at, noon) << "when the last good run began";
    EXPECT_TRUE(find(1, "a"));
    EXPECT_FALSE(catalogue_.contents().blob(digest_of_text("x"))->dress);
    EXPECT_EQ(catalogue_.doubts().shown(tree_), 0u);
    EXPECT_TRUE(catalogue_.doubts().all(tree_).empty());
    EXPECT_TRUE(catalogue_.doubts().refused(tree_).empty());
    EXPECT_TRUE(catalogue_.releases().listed().empty());
    EXPECT_EQ(catalogue_.contents().namings().size(), 1u) << "a crash of an older program is not known of";
}

TEST_F(CatalogueTest, AReaderWorksOnACopyAndWritesNothing) {
    put("a", file("x"));
    publish();
    catalogue_.write_back();
    std::filesystem::copy_file(file_, temp_.at("copy.db"));
    auto reader = Catalogue::open_to_read(temp_.at("copy.db"));
    EXPECT_EQ(everything(reader, 1), Names{":a"});
    EXPECT_THROW(reader.trees().set_paused(tree_, true), CatalogueTrouble);
}

TEST_F(CatalogueTest, ACutCatalogueIsDamaged) {
    for (int i = 0; i < 500; ++i)
        put("name" + std::to_string(i), file(std::to_string(i)));
    publish();
    catalogue_.write_back();
    std::filesystem::copy_file(file_, temp_.at("cut.db"));
    std::filesystem::resize_file(temp_.at("cut.db"), std::filesystem::file_size(temp_.at("cut.db")) / 3);
    try {
        Catalogue::open_to_read(temp_.at("cut.db")).look();
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
}

TEST_F(CatalogueTest, TransactionsOfSeveralConnectionsWaitForEachOther) {
    const auto gate = std::make_shared<WriteGate>();
    const auto write = [&] {
        auto catalogue = Catalogue::open(file_, gate);
        for (int i = 0; i < 50; ++i) {
            auto transaction = catalogue.begin();
            const auto revision = catalogue.contents().revision();
            catalogue.contents().note_mended();
            EXPECT_EQ(catalogue.contents().revision(), revision + 1);
            transaction.commit();
        }
    };
    const auto before = catalogue_.contents().revision();
    { std::jthread one(write), two(write), three(write); }
    EXPECT_EQ(catalogue_.contents().revision(), before + 150);
}

TEST_F(CatalogueTest, AStatementOutsideOfATransactionWaitsForItsTurnToo) {
    const auto gate = std::make_shared<WriteGate>();
    auto mine = Catalogue::open(file_, gate);
    auto transaction = std::make_optional(mine.begin());
    std::atomic<bool> written = false;
    std::jthread other([&] {
        auto theirs = Catalogue::open(file_, gate);
        theirs.trees().ensure("ubuntu");
        written = true;
    });
    mine.trees().ensure("fedora");
    EXPECT_FALSE(written);
    transaction->commit();
    other.join();
    EXPECT_TRUE(written);
    EXPECT_TRUE(mine.trees().find("ubuntu") && mine.trees().find("fedora"));
}

}  // namespace
}  // namespace mirrorseed
