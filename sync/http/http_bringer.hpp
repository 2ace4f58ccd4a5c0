// One lane of a web site: files, one after the other, on a connection that is kept.
//
// An answer is taken for the file only when it fits what was listed; a login page
// that says 200, or another length or time, is told and not stored. What came of a
// file before is gone on with where the server still has that very file.
#pragma once

#include "core/progress.hpp"
#include "sync/http/http_site.hpp"
#include "sync/orders.hpp"
#include "sync/throttle.hpp"

#include <functional>

namespace mirrorseed::sync {

struct HttpLane {
    const HttpSite& site;
    const HttpUrl& root;  // where the tree is
    Throttle& throttle;
    std::function<void(const RelPath&)> absent;  // told of files that are listed and not there; by any thread
};

// Until there are no more orders, or somebody asks to stop.
void bring_from_site(const HttpLane& lane, Orders& orders, Progress& progress);

// Which condition makes the answer "not modified" mean that the file is as `held`. Pure.
struct HttpCondition {
    HttpField field{};
    // What a Last-Modified of the 304 must say, where the mark is not the server's own.
    std::optional<FileTime> mtime{};
};
std::optional<HttpCondition> condition_for(const Order& order);

// What a plain folder holds has no digest and no mark of the server's. Where it looks like what is listed,
// the head of an answer tells size and second, and so whether it is the same. Pure.
bool may_be_held_already(const Order& order);
bool confirms_held(const HttpResponse& head, const Order& order);

}  // namespace mirrorseed::sync
