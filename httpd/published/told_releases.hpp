// What a store has released, with the URLs under which strangers find it.
#pragma once

#include "httpd/published/published_store.hpp"
#include "httpd/published/told_release.hpp"

#include "core/store/catalogue_releases.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

// Who is in a release's swarm now.
using SwarmOf = std::function<ToldSwarm(const Release& release)>;

class ToldReleases {
public:
    // What paths stand behind; empty: URLs begin with the path.
    ToldReleases(PublishedStore& store, std::string public_url, SwarmOf swarm = {})
        : store_(store), public_url_(std::move(public_url)), swarm_(std::move(swarm)) {}

    // The newest first; of all trees, or of the one.
    std::vector<ToldRelease> all(std::optional<TreeId> tree = {});
    // The newest that trees have still, and no more of them than that.
    std::vector<ToldRelease> newest(std::size_t most, std::optional<TreeId> tree = {});
    ToldRelease tell(const Release& release);

    std::string url(std::string_view tree, const RelPath& path, std::string_view ending = {}) const;
    // By a way of its own, which no file of a tree stands in.
    std::string page_url(std::string_view tree, const RelPath& path, std::string_view ending = {}) const;
    std::string feed_url(std::string_view tree) const;  // of all trees where it is empty
    std::string all_url() const;
    // Where a release's file is for as long as the release is kept.
    std::string seed_url(const Release& release, const RelPath& file) const;
    // Where else the file of the release is, on mirrors that answer as they should. `name` is the torrent's,
    // or below it.
    std::vector<std::string> elsewhere(const Release& release, std::string_view name);

private:
    PublishedStore& store_;
    std::string public_url_;
    SwarmOf swarm_;
};

// The hash that it is found by: of v1 where it has one.
std::string info_hash_of(const Release& release);

}  // namespace mirrorseed::httpd
