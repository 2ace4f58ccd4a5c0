// What an upstream says that it has now.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "sync/packed_folder.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

// An upstream that lists more has no end: all of them are held in memory.
constexpr std::uint64_t most_listed_names = 20'000'000;

// Why a link is left out that leads out of its tree.
inline constexpr const char* leaves_the_tree = "a symbolic link that leaves the tree";

// Folders by path in raw byte order, entries by name within each; the order in which the catalogue keeps them
// too.
class Listing {
public:
    // Where an entry is; good as long as nothing is taken out.
    struct Place {
        std::uint32_t folder = 0, entry = 0;
        auto operator<=>(const Place&) const = default;
    };

    // Folders and entries may be added in any order; finish() sorts, and decides what only the whole can
    // tell: which entries are hidden by a folder above them, and which links leave the tree (those are taken
    // out and told in left_out()). It refuses what no tree can look like: a name twice, entries in a folder
    // that is not listed itself, and sizes that no disk holds.
    void add(RelPath folder, const std::vector<ListedEntry>& entries);
    void append(const RelPath& folder, const ListedEntry& entry);
    void leave_out(RelPath path, std::string reason);
    // For who tells of files alone: folders that nobody named, readable by all and of this time.
    void name_folders_above(FileTime mtime);
    Status finish();
    // What the other has under names that are free here, and finish() again.
    Status add_others(const Listing& others);
    // Vouches that each folder, but for the partial ones, has all that the upstream has there.
    void set_whole_except(const std::unordered_set<std::string>& partial);
    // Takes out folders in and below which there is nothing but folders.
    void drop_empty_folders();
    void take_out(const RelPath& path);
    // Takes out these names with all that is below them, and those in `out`.
    void replace(const std::vector<PathEntry>& with, const std::vector<RelPath>& out);
    // One more name, or another entry under one that is there; its folder exists.
    void put(const RelPath& path, const Entry& entry);

    const std::vector<PackedFolder>& folders() const noexcept { return folders_; }
    const std::vector<LeftOut>& left_out() const noexcept { return left_out_; }
    std::optional<Place> place_of(const RelPath& path) const;
    std::optional<Entry> find(const RelPath& path) const;
    ListedEntry at(Place place) const { return folders_[place.folder].at(place.entry); }
    RelPath path_of(Place place) const;
    std::string_view name_at(Place place) const { return folders_[place.folder].name(place.entry); }
    EntryKind kind_at(Place place) const { return folders_[place.folder].kind(place.entry); }
    PathEntry path_entry(Place place) const { return {path_of(place), at(place).entry}; }

    // What this kind of listing tells beside names.
    struct Tells {
        bool links = true, modes = true;
    };
    const Tells& tells() const noexcept { return tells_; }
    void set_tells(const Tells& tells) noexcept { tells_ = tells; }
    void set_mode(Place place, std::uint32_t mode) { folders_[place.folder].set_mode(place.entry, mode); }
    // Where no time is told.
    void date_if_undated(Place place, FileTime mtime);
    // Hidden is what not everybody may read, and what is below that.
    void hide_by_modes();
    const PackedFolder* folder(const RelPath& path) const;

    void set_digest(Place place, const Digest& digest);
    // The file turned out to be exactly this.
    void correct(Place place, const Entry& entry) { folders_[place.folder].correct(place.entry, entry); }

    std::uint64_t files() const;
    Bytes bytes() const;

private:
    std::optional<std::size_t> folder_at(std::string_view path) const;
    Status check() const;
    void take_out_links_that_leave();

    std::vector<PackedFolder> folders_;
    std::vector<LeftOut> left_out_;
    Tells tells_;
    std::unordered_map<std::string, std::size_t> appended_;  // folders, until finish()
};

}  // namespace mirrorseed::sync
