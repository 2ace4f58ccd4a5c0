// From a request to its reply: routes, asks the source, and lets respond decide. Blocks as the source does.
#pragma once

#include "httpd/request.hpp"
#include "httpd/respond.hpp"
#include "httpd/source.hpp"

#include "core/folder.hpp"
#include "core/log.hpp"

#include <functional>
#include <string>

namespace mirrorseed::httpd {

// Who asks. `local`: over loopback or a Unix socket.
struct Peer {
    std::string address;
    bool local = false;
};

enum class StatusAccess { local, everybody };

// What the handler knows of the server that it works for.
struct Site {
    Cors cors = Cors::on;
    StatusAccess status_access = StatusAccess::local;
    std::function<std::string()>
        status{};  // the JSON of /-/status.json; called on a pool thread; may be empty
};

// An answer, and the content whose bytes it names: a file, or where that is not open, a page.
struct Reply {
    Answer answer;
    Descriptor file;
    std::string page;
};

Reply handle_request(const Request& request, const Peer& peer, Source& source, const Site& site,
                     UnixTime now);

}  // namespace mirrorseed::httpd
