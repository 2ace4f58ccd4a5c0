// Releases as JSON, and as RSS 2.0 with the enclosures of BEP 36, so that clients seed by themselves. Pure.
#pragma once

#include "httpd/published/told_release.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

// All of them, as `mirrorseed releases --json` prints them too.
std::string releases_json(const std::vector<ToldRelease>& releases);

struct FeedHead {
    std::string title{}, page{}, self{};  // what it is of, its page, and where it is itself
};
constexpr std::size_t most_items = 200;
// The newest of them that the trees have still: who follows a feed is to fetch nothing that is over.
std::string releases_rss(const FeedHead& head, const std::vector<ToldRelease>& releases);

}  // namespace mirrorseed::httpd
