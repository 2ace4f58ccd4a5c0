#include "tests/core/store/catalogue_words.hpp"

#include <filesystem>

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
    catalogue_.database().execute("pragma user_version = 1000");
    for (const auto open : {&Catalogue::open, &Catalogue::open_to_read})
        try {
            (void)open(file_);
            ADD_FAILURE() << "it was taken";
        } catch (const CatalogueTrouble& trouble) {
            EXPECT_TRUE(trouble.error().is(Fault::unsupported)) << trouble.what();
            EXPECT_NE(std::string(trouble.what()).find("1000"), std::string::npos) << trouble.what();
        }
}

TEST_F(CatalogueTest, AReaderWorksOnACopyAndWritesNothing) {
    put("a", file("x"));
    publish();
    catalogue_.database().execute("pragma wal_checkpoint(truncate)");
    std::filesystem::copy_file(file_, temp_.at("copy.db"));
    auto reader = Catalogue::open_to_read(temp_.at("copy.db"));
    EXPECT_EQ(everything(reader, 1), Names{":a"});
    EXPECT_THROW(reader.trees().set_paused(tree_, true), CatalogueTrouble);
}

TEST_F(CatalogueTest, ACutCatalogueIsDamaged) {
    for (int i = 0; i < 500; ++i)
        put("name" + std::to_string(i), file(std::to_string(i)));
    publish();
    catalogue_.database().execute("pragma wal_checkpoint(truncate)");
    std::filesystem::copy_file(file_, temp_.at("cut.db"));
    std::filesystem::resize_file(temp_.at("cut.db"), std::filesystem::file_size(temp_.at("cut.db")) / 3);
    try {
        Catalogue::open_to_read(temp_.at("cut.db")).look();
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
}

}  // namespace
}  // namespace mirrorseed
