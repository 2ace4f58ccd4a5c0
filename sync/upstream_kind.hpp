// Which kinds of upstream there are, and which of them a URL means where nothing else says so. Pure.
#pragma once

#include "core/result.hpp"

#include <string>

namespace mirrorseed::sync {

enum class UpstreamKind {
    files,  // a folder on this machine
    rsync,  // a module of an rsync server
    pages,  // the index pages of a web server
};

// By the URL's scheme. Fault::bad_input, without its password, for a URL that no upstream has.
Result<UpstreamKind> kind_of(const std::string& url);

// A metalink, which names mirrors, in place of an upstream: an https or file URL whose path ends in
// "/metalink",
// ".metalink" or ".meta4", or whose query is "metalink" or "meta4". By http it is one too, though nobody may
// believe it. A folder of such a name is written with a slash behind it.
bool is_metalink(const std::string& url);

// How many connections to one suit it, where nobody says otherwise.
unsigned usual_connections(UpstreamKind kind);

}  // namespace mirrorseed::sync
