#include "sync/whole_folders.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::path;

using Files = std::map<std::string, std::uint32_t>;

Listing listing_of_two_folders() {
    auto listing = test::listing_of({{"a", folder_of()},
                                     {"a/1", file_of("x")},
                                     {"a/2", file_of("x")},
                                     {"b", folder_of()},
                                     {"b/1", file_of("x")},
                                     {"b/below", folder_of()},
                                     {"b/below/1", file_of("x")}});
    listing.set_whole_except({});
    return listing;
}

Files files_of(const Listing& listing, const std::vector<std::string>& names) {
    std::vector<Plan::Fetch> wanted;
    for (const auto& name : names)
        wanted.push_back({listing.place_of(path(name)).value(), false});
    WholeFolders folders(listing, wanted);
    Files files;
    for (std::size_t index = 0; index < wanted.size(); ++index)
        files[names[index]] = folders.files_beside(index);
    return files;
}

TEST(WholeFolders, AFolderIsWholeWhenAllOfItIsWanted) {
    const auto listing = listing_of_two_folders();
    EXPECT_EQ(files_of(listing, {"a/1", "a/2"}), (Files{{"a/1", 2}, {"a/2", 2}}));
    EXPECT_EQ(files_of(listing, {"a/1"}), (Files{{"a/1", 0}}));
    EXPECT_EQ(files_of(listing, {"a/2"}), (Files{{"a/2", 0}}));
    EXPECT_EQ(files_of(listing, {"a/1", "b/1"}), (Files{{"a/1", 0}, {"b/1", 0}}));
}

TEST(WholeFolders, AFolderWithAFolderInItIsNotOfFilesAlone) {
    EXPECT_EQ(files_of(listing_of_two_folders(), {"b/1", "b/below/1"}),
              (Files{{"b/1", 0}, {"b/below/1", 1}}));
}

TEST(WholeFolders, AFolderThatHasMoreThanIsListedIsNot) {
    auto listing = listing_of_two_folders();
    listing.set_whole_except({"a"});
    EXPECT_EQ(files_of(listing, {"a/1", "a/2"}), (Files{{"a/1", 0}, {"a/2", 0}}));
}

}  // namespace
}  // namespace mirrorseed::sync
