// Releases as pages, lists and feeds.
#pragma once

#include "httpd/published/published_descriptions.hpp"
#include "httpd/published/published_store.hpp"
#include "httpd/published/told_releases.hpp"

#include <optional>
#include <string>

namespace mirrorseed::httpd {

class PublishedReleases {
public:
    // What changes without a commit, such as swarms, is told for a moment alone.
    enum class Tells { what_is_committed, swarms_too };
    PublishedReleases(PublishedStore& store, ToldReleases& told, PublishedDescriptions& descriptions,
                      Tells tells)
        : store_(store), told_(told), descriptions_(descriptions), tells_(tells) {}

    // What is below /-/releases/; `rest` may be nothing, a tree, its feed, or a release.
    Found listed(const RelPath& rest);
    Found json();
    Found feed();
    // `name` is an info hash, and may have one of the endings of what describes a release.
    Found by_hash(const std::string& name);

private:
    Found list(const std::string& title, const std::string& feed, std::optional<TreeId> tree);
    Found of_tree(const TreeRow& tree, const std::string& text);
    Found page(const Release& release);
    void keep_shortly(TextFound& found) const;
    Found feed_of(const std::string& name, std::optional<TreeId> tree);

    Releases& releases() { return store_.catalogue().releases(); }

    PublishedStore& store_;
    ToldReleases& told_;
    PublishedDescriptions& descriptions_;
    Tells tells_;
};

}  // namespace mirrorseed::httpd
