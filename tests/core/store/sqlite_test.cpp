#include "core/store/sqlite.hpp"

#include "core/store/catalogue_trouble.hpp"
#include "core/store/transaction.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mirrorseed {
namespace {

using Mode = Database::Mode;
using namespace std::string_view_literals;

class SqliteTest : public testing::Test {
protected:
    Database open(Mode mode = Mode::create) const { return Database::open(file_, mode); }
    Database with_table() const {
        auto database = open();
        database.execute("create table t(a, b)");
        return database;
    }
    static std::int64_t rows(Database& database) {
        auto query = database.query("select count(*) from t");
        query.next();
        return query.integer(0);
    }
    // The fault of what `work` throws.
    template <class Work>
    static Error trouble_of(Work work) {
        try {
            work();
        } catch (const CatalogueTrouble& trouble) {
            return trouble.error();
        }
        return {Fault::failed, "nothing was thrown"};
    }

    test::TempFolder folder_ = test::TempFolder::in_memory();
    std::string file_ = folder_.at("with % and ?.db");
};

TEST_F(SqliteTest, GivesBackEveryTypeAsItWasBound) {
    auto database = open();
    const auto digest = test::digest_of_text("x");
    auto query = database.query("select ?, ?, ?, ?, ?, ?, ?, ?, ?");
    query.bind(std::numeric_limits<std::int64_t>::min())
        .bind(std::uint64_t{7})
        .bind(-3)
        .bind("te\0xt"sv)
        .bind_bytes("\xff\0\xfe"sv)
        .bind(digest)
        .bind(nullptr)
        .bind(std::optional<Digest>())
        .bind_bytes("");
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.integer(0), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(query.count(1), 7u);
    EXPECT_EQ(query.integer(2), -3);
    EXPECT_EQ(query.text(3), "te\0xt"sv);
    EXPECT_EQ(query.bytes(4), "\xff\0\xfe"sv);
    EXPECT_EQ(query.digest(5), digest);
    EXPECT_TRUE(query.is_null(6));
    EXPECT_TRUE(query.is_null(7));
    EXPECT_FALSE(query.is_null(8));
    EXPECT_EQ(query.bytes(8), "");
    EXPECT_EQ(query.digest(4), std::nullopt);
    EXPECT_FALSE(query.next());
}

TEST_F(SqliteTest, AStatementIsFreshEachTimeItIsUsed) {
    auto database = with_table();
    for (int i = 0; i < 3; ++i)
        database.query("insert into t(a, b) values(?, ?)").bind(i).bind("x").run();
    {
        auto half_read = database.query("select a from t order by a");
        EXPECT_TRUE(half_read.next());
    }
    auto again = database.query("select a from t order by a");
    ASSERT_TRUE(again.next());
    EXPECT_EQ(again.integer(0), 0);
    EXPECT_EQ(database.last_id(), 3);
}

TEST_F(SqliteTest, ATransactionThatIsNotCommittedNeverWas) {
    auto database = with_table();
    {
        Transaction transaction(database);
        database.execute("insert into t values(1, 2)");
        EXPECT_EQ(rows(database), 1);
    }
    EXPECT_EQ(rows(database), 0);
    EXPECT_EQ(database.rollbacks(), 1u);
    Transaction transaction(database);
    database.execute("insert into t values(1, 2)");
    transaction.commit();
    EXPECT_EQ(rows(database), 1);
    EXPECT_EQ(database.rollbacks(), 1u);
}

TEST_F(SqliteTest, AReaderWritesNothing) {
    (void)with_table();
    auto reader = open(Mode::read_only);
    EXPECT_EQ(rows(reader), 0);
    EXPECT_TRUE(trouble_of([&] { reader.execute("insert into t values(1, 2)"); }).is(Fault::refused));
    auto frozen = open(Mode::immutable);
    EXPECT_EQ(rows(frozen), 0);
    EXPECT_TRUE(trouble_of([&] { frozen.execute("insert into t values(1, 2)"); }).is(Fault::refused));
}

TEST_F(SqliteTest, OnlyCreateMakesWhatIsMissing) {
    for (const auto mode : {Mode::read_write, Mode::read_only})
        EXPECT_TRUE(trouble_of([&] { open(mode).execute("select 1"); }).is(Fault::not_found));
    EXPECT_FALSE(folder_.has("with % and ?.db"));
    (void)with_table();
    EXPECT_TRUE(folder_.has("with % and ?.db"));
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsDamaged) {
    folder_.write("with % and ?.db", std::string(8192, 'x'));
    try {
        open().execute("create table t(a)");
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
}

TEST_F(SqliteTest, AWrongQueryIsToldWithSqlitesWords) {
    auto database = open();
    const auto error = trouble_of([&] { database.query("select * from nowhere"); });
    EXPECT_NE(error.text().find("nowhere"), std::string::npos) << error.text();
    EXPECT_FALSE(error.is(Fault::damaged));
}

TEST_F(SqliteTest, ADatabaseMayMove) {
    auto database = with_table();
    Database moved = std::move(database);
    moved.execute("insert into t values(1, 2)");
    auto other = Database::open(folder_.at("other.db"), Mode::create);
    other = std::move(moved);
    EXPECT_EQ(rows(other), 1);
}

}  // namespace
}  // namespace mirrorseed
