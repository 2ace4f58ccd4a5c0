#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueOwed : public CatalogueTest {
protected:
    Owed& owed() { return catalogue_.owed(); }
    OwedRow row(Generation generation, Telling step = Telling::hooks) {
        for (const auto& item : owed().all(tree_))
            if (item.generation == generation && item.step == step) return item;
        return {};
    }
};

TEST_F(CatalogueOwed, IsWorkedOffByGeneration) {
    EXPECT_FALSE(owed().oldest(tree_));
    for (const auto number : {2, 1})
        for (const auto step : {Telling::notify, Telling::hooks})
            owed().add(tree_, static_cast<Generation>(number), step);
    owed().add(tree_, 1, Telling::hooks);
    ASSERT_EQ(owed().all(tree_).size(), 4u);
    EXPECT_EQ(owed().all(tree_).front().generation, 1u);
    EXPECT_EQ(owed().oldest(tree_), 1u);
    owed().settle(tree_, row(1));
    EXPECT_EQ(owed().oldest(tree_), 1u) << "the other step of it";
    owed().settle(tree_, row(1, Telling::notify));
    EXPECT_EQ(owed().oldest(tree_), 2u);
}

TEST_F(CatalogueOwed, RemembersWhoWasToldUntilAllAre) {
    owed().add(tree_, 1, Telling::hooks);
    owed().begin_try(tree_, row(1), noon);
    owed().note_told(tree_, row(1), "one");
    owed().fail(tree_, row(1), "two failed");
    owed().begin_try(tree_, row(1), noon + 60);
    EXPECT_EQ(row(1).tries, 2u);
    EXPECT_EQ(row(1).first_tried, noon);
    EXPECT_EQ(row(1).error, "two failed");
    EXPECT_TRUE(owed().was_told(tree_, row(1), "one"));
    EXPECT_FALSE(owed().was_told(tree_, row(1), "two"));
    const auto settled = row(1);
    owed().settle(tree_, settled);
    EXPECT_TRUE(owed().all(tree_).empty());
    EXPECT_FALSE(owed().was_told(tree_, settled, "one"));
}

TEST_F(CatalogueOwed, WhatIsGivenUpIsSeenUntilALaterOneIsTold) {
    for (const auto number : {1, 2, 3})
        owed().add(tree_, static_cast<Generation>(number), Telling::hooks);
    owed().add(tree_, 3, Telling::notify);
    owed().note_told(tree_, row(1), "one");
    owed().give_up(tree_, row(1));
    EXPECT_TRUE(row(1).is_given_up);
    EXPECT_EQ(owed().oldest(tree_), 2u);
    owed().give_up(tree_, row(2));
    EXPECT_EQ(owed().all(tree_).size(), 3u) << "the newest of those alone";
    EXPECT_FALSE(owed().was_told(tree_, {.generation = 1}, "one"));
    owed().settle(tree_, row(3, Telling::notify));
    EXPECT_TRUE(row(2).is_given_up) << "that is another step";
    owed().settle(tree_, row(3));
    EXPECT_TRUE(owed().all(tree_).empty());
}

}  // namespace
}  // namespace mirrorseed
