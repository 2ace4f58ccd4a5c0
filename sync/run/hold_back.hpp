// What stays as it is when some files of a new state cannot be had, so that the rest may be published.
//
// Pure. A bad file is one that did not come, or came and is not what it should be. Whatever may name it must
// not be published: within a scope around it, indexes keep their old state, and nothing is deleted that the
// old indexes may name. The scope is the lowest folder above the file in or below which there is any index,
// widened to the highest folder above that which holds a root of indexes (a Release above its Packages). New
// content may come within the scope, for nobody is led to it; outside of it everything goes on. Without any
// index in the tree the scope is the file alone. Links to bad files, and to folders that hold some, stay as
// they are everywhere. What waits until it fits together has no scope: it stays as it is alone, with links to
// it.
#pragma once

#include "core/entry.hpp"
#include "core/rel_path.hpp"
#include "sync/listing.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

class HoldBack {
public:
    // The listing may be forgotten afterwards.
    HoldBack(const std::vector<RelPath>& bad, const std::vector<RelPath>& waiting, const Listing& listing);

    // Must this name stay as the current generation has it (or stay absent, when that has none)? Asked of
    // names that would change: nothing for `before` of a new one, and for `after` of one that would be
    // removed.
    bool keeps_old(const RelPath& path, std::optional<EntryKind> before,
                   std::optional<EntryKind> after) const;

    // Folders in and below which indexes keep their old state; none lies in another.
    const std::vector<RelPath>& scopes() const noexcept { return scopes_; }

private:
    // Folders by what they hold; the root is "".
    struct Indexes {
        std::unordered_set<std::string_view> in_or_below;  // an index of any rank
        std::unordered_set<std::string_view> roots;        // a root of indexes directly in it
    };
    static Indexes indexes_of(const Listing& listing);
    void keep(const RelPath& path);
    void add_scope_of(const RelPath& bad, const Indexes& indexes);
    void add_links_to_bad(const Listing& listing);
    bool does_not_come(const std::string& path) const;
    bool is_in_scope(const RelPath& path) const;

    std::unordered_set<std::string> bad_;          // files
    std::unordered_set<std::string> bad_folders_;  // that hold some
    std::unordered_set<std::string> links_;        // that lead to either
    std::vector<RelPath> scopes_;
};

}  // namespace mirrorseed::sync
