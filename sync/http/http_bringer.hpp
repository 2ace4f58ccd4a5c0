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

}  // namespace mirrorseed::sync
