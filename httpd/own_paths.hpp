// What lies below "/-/", which is the server's own: one row for each thing.
//
// A row says by which method a path is asked for, what answers it, who may ask and how long caches may keep
// the answer. What falls out of the table is 404, or 405 where another method is wanted. A row more, and a
// case for it in httpd/own_answers.cpp or in a source, is all that a new thing needs.
#pragma once

#include "httpd/request.hpp"
#include "httpd/request_target.hpp"
#include "httpd/tracker/queries.hpp"

#include "core/digest.hpp"
#include "core/rel_path.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

enum class OwnThing {
    health,
    status,
    metrics,
    blob,
    seed,
    torrent,
    releases,
    releases_json,
    releases_rss,
    tree_head,
    tree_manifest,
    tree_changes,
    tree_sync,
    announce,
    scrape
};
// status_viewers: as the site's StatusAccess says; token_holders: with the token, whatever that says
enum class OwnAccess { everybody, status_viewers, token_holders };
enum class Caching { never, ask_again, for_ever };  // by those who ask; `never` means here too

struct OwnRow {
    Method method = Method::get;  // which stands for HEAD too
    // Below "/-/". A part in capitals is any one name, "..." at the end whatever follows, or nothing.
    std::string_view pattern{};
    OwnThing thing = OwnThing::health;
    OwnAccess access = OwnAccess::everybody;
    Caching caching = Caching::never;
    std::string_view help{};  // for the manual
};
std::span<const OwnRow> own_rows();

// A path that has a row.
struct OwnPath {
    OwnRow row;
    std::string name;  // that stands where the pattern has capitals
    RelPath rest;      // that stands where it has "..."
    std::string query{};
};

// By its spelling. Another one may decode to the same, which is_own() knows.
constexpr std::string_view own_prefix = "/-/";
inline bool is_spelled_own(std::string_view target) {
    return target.starts_with(own_prefix);
}
// Spelled as the tracker's paths are, which are spelled in one way: an announce or a scrape.
inline bool is_of_tracker(std::string_view target) {
    return is_spelled_own(target) && tracker::tracker_target(target) != tracker::Target::none;
}
// "/-" itself too, which is nobody's.
bool is_own(const RelPath& path);

struct OwnMatch {
    unsigned status = 404;  // 0: `path` is what was asked for; 404 or 405 otherwise
    OwnPath path{};
};
// `target` is_own().
OwnMatch match_own_path(Method method, const Target& target, std::span<const OwnRow> rows = own_rows());

// Pages of other sites may read its answers, where they may read anything here: what the world may know.
bool is_open_to_pages(std::string_view target, std::span<const OwnRow> rows = own_rows());

// The value of the field Allow; of any target, also of one that cannot be read.
std::string allowed_methods(std::string_view target, std::span<const OwnRow> rows = own_rows());

std::string_view cache_control_of(Caching caching);

// Where a content is, whatever became of its trees.
std::string blob_path(const Digest& digest);

}  // namespace mirrorseed::httpd
