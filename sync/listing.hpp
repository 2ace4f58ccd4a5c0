// What an upstream says that it has now.
#pragma once

#include "core/catalogue_contents.hpp"
#include "core/entry.hpp"

#include <vector>

namespace mirrorseed::sync {

// Folders by path in raw byte order, entries by name within each; the order in which the catalogue keeps them
// too.
class Listing {
public:
    struct ListedFolder {
        RelPath path;
        std::vector<NamedEntry> entries;
    };

    // Folders may be added in any order; finish() sorts, and settles what only the whole can tell: which
    // entries are hidden by a folder above them, and which links leave the tree (those are taken out and told
    // in left_out()).
    void add(RelPath folder, std::vector<NamedEntry> entries);
    void leave_out(RelPath path, std::string reason);
    void finish();
    // Takes out folders in and below which there is nothing but folders.
    void drop_empty_folders();

    const std::vector<ListedFolder>& folders() const noexcept { return folders_; }
    const std::vector<LeftOut>& left_out() const noexcept { return left_out_; }
    const Entry* find(const RelPath& path) const;
    // An entry changed, or is gone, since it was listed.
    void update(const RelPath& path, const std::optional<Entry>& now);

    std::uint64_t files() const;
    Bytes bytes() const;

private:
    ListedFolder* folder_at(std::string_view path);
    const ListedFolder* folder_at(std::string_view path) const;
    void sort();
    void hide_what_is_below_hidden_folders();
    void take_out_links_that_leave();

    std::vector<ListedFolder> folders_;
    std::vector<LeftOut> left_out_;
};

}  // namespace mirrorseed::sync
