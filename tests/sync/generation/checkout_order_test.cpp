#include "sync/generation/checkout_order.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::sync {
namespace {

using test::folder_of;
using test::link_to;
using test::path;
using test::stored;

using Lines = std::vector<std::string>;

EntryChange added(std::string_view name, const Entry& entry = stored("1")) {
    return {path(name), {}, entry};
}
EntryChange changed(std::string_view name, const Entry& before = stored("1"),
                    const Entry& after = stored("2")) {
    return {path(name), before, after};
}
EntryChange dropped(std::string_view name, const Entry& entry = stored("1")) {
    return {path(name), entry, {}};
}

Lines order(std::vector<EntryChange> changes) {
    constexpr const char* words[] = {"make", "show", "replace", "remove", "remove-folder", "dress"};
    Lines lines;
    for (const auto& step : order_checkout(changes))
        lines.push_back(std::string(words[static_cast<int>(step.kind)]) + " " + step.path.str());
    return lines;
}

TEST(CheckoutOrder, NewComesBeforeChangedAndChangedBeforeGone) {
    EXPECT_EQ(order({dropped("a"), changed("b"), added("c")}), (Lines{"show c", "replace b", "remove a"}));
}

TEST(CheckoutOrder, IndicesComeAfterWhatTheyName) {
    EXPECT_EQ(order({added("lastupdate"), added("dists/x/Release"), added("dists/x/Packages"),
                     added("pool/z.deb")}),
              (Lines{"show pool/z.deb", "show dists/x/Packages", "show dists/x/Release", "show lastupdate"}));
    EXPECT_EQ(order({changed("lastupdate"), changed("dists/x/Release"), changed("dists/x/Packages"),
                     changed("pool/z")}),
              (Lines{"replace pool/z", "replace dists/x/Packages", "replace dists/x/Release",
                     "replace lastupdate"}));
}

TEST(CheckoutOrder, NewContentIsThereBeforeAChangedIndexNamesIt) {
    EXPECT_EQ(order({changed("core.db"), added("new.pkg"), dropped("old.pkg")}),
              (Lines{"show new.pkg", "replace core.db", "remove old.pkg"}));
}

TEST(CheckoutOrder, DeletionsBeginWithTheIndices) {
    EXPECT_EQ(order({dropped("pool/a"), dropped("dists/Packages"), dropped("dists/Release"),
                     dropped("lastupdate")}),
              (Lines{"remove lastupdate", "remove dists/Release", "remove dists/Packages", "remove pool/a"}));
}

TEST(CheckoutOrder, FoldersAreMadeFromTheTopAndDressedFromTheBottom) {
    EXPECT_EQ(order({added("a", folder_of()), added("a/b", folder_of()), added("a/b/f")}),
              (Lines{"make a", "make a/b", "show a/b/f", "dress a/b", "dress a"}));
}

TEST(CheckoutOrder, FoldersGoFromTheBottomAndAfterTheirFiles) {
    EXPECT_EQ(order({dropped("a", folder_of()), dropped("a/b", folder_of()), dropped("a/b/f")}),
              (Lines{"remove a/b/f", "remove-folder a/b", "remove-folder a"}));
}

TEST(CheckoutOrder, AFolderThatIsThereIsOnlyDressed) {
    EXPECT_EQ(order({changed("a", folder_of(), folder_of(0700))}), Lines{"dress a"});
}

TEST(CheckoutOrder, AFileInTheWayOfAFolderMakesRoomBeforeItsContents) {
    EXPECT_EQ(order({changed("a", stored("1"), folder_of()), added("a/f")}),
              (Lines{"make a", "show a/f", "dress a"}));
}

TEST(CheckoutOrder, AFolderThatBecomesAFileIsReplaced) {
    const auto lines = order({changed("a", folder_of(), stored("1")), dropped("a/f")});
    EXPECT_NE(std::find(lines.begin(), lines.end(), "replace a"), lines.end());
}

TEST(CheckoutOrder, AChangedLinkMovesReadersLikeARootIndex) {
    EXPECT_EQ(order({changed("current", link_to("1"), link_to("2")), changed("pool/z"), changed("Packages")}),
              (Lines{"replace pool/z", "replace Packages", "replace current"}));
}

TEST(CheckoutOrder, ANameThatCameAndWentNeedsNothing) {
    EXPECT_TRUE(order({{path("a"), {}, {}}}).empty());
}

}  // namespace
}  // namespace mirrorseed::sync
