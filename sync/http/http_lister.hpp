// Walks the index pages of a web site, on several threads.
//
// Each folder costs one request, and a file none. A folder that cannot be read ends
// the walk: a listing without it would have its files deleted. What is passing
// trouble (sync/http/http_answer.hpp) is tried again. Trees without an end, as links to
// a folder above make them, are noticed by folders that say the same as those above
// them, by their depth, and by how many names all pages have; folders are read deepest
// first, so that it does not take long, and what waits to be read stays little.
#pragma once

#include "core/glob.hpp"
#include "core/progress.hpp"
#include "sync/http/folder_saying.hpp"
#include "sync/http/http_site.hpp"
#include "sync/listing.hpp"
#include "sync/listing_memory.hpp"

#include <cstdint>
#include <set>
#include <utility>

namespace mirrorseed::sync {

struct HttpListing {
    Listing listing;     // finished
    HttpUrl root;        // where the tree turned out to be, after redirects
    FolderSayings said;  // by folders that tell of some file less than all
};

struct HttpListWish {
    const HttpSite& site;
    const Selection& selection;
    ListingMemory* memory = nullptr;  // nothing is remembered without one
    // Listed before in this run, and not there when they were asked for: links to nothing, mostly.
    const std::set<RelPath>& absent;
    // On all pages together, wanted or not; more ends the walk.
    std::uint64_t most_names = most_listed_names;
};

Result<HttpListing> list_site(const HttpListWish& wish, Progress& progress);

}  // namespace mirrorseed::sync
