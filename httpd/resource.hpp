// What a request's target turned out to be, ready for any number of answers.
//
// find_resource() asks the source, and blocks as that does; respond() then is
// pure. A resource never changes, so event loops share and keep it for as long
// as still_holds() says.
#pragma once

#include "httpd/behaviour.hpp"
#include "httpd/open_files.hpp"
#include "httpd/page_probe.hpp"
#include "httpd/part_file.hpp"
#include "httpd/request.hpp"
#include "httpd/respond.hpp"
#include "httpd/shared_texts.hpp"
#include "httpd/source.hpp"

#include "core/system/folder.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

// Who asks. `local`: as httpd/own_machine.hpp says.
struct Peer {
    std::string address;
    bool local = false;
};

// What is served besides the source's things, and how.
enum class SyncNote { noted, no_such_tree, nobody_there };

class Tracking;

struct Site {
    Behaviour behaviour{};
    std::string admin_token{};               // what `StatusAccess::token` asks for; empty: nothing will do
    std::function<std::string()> status{};   // the JSON of /-/status.json; called on a helper; may be empty
    std::function<std::string()> metrics{};  // the text of /-/metrics; likewise

    // Asked for on a loop, so nothing is waited for; may be empty, where nobody is there.
    std::function<SyncNote(const std::string& tree)> ask_sync{};

    // Has a file brought for that client that is not here, once for all who ask; at once too. May be empty.
    std::function<Prospect(const Awaited&, const std::string& client)> want{};
    std::chrono::seconds longest_wait{1};  // for such a file

    std::shared_ptr<Tracking> tracking{};  // may be empty; to be swept
    std::shared_ptr<Tracking> tracker{};   // the same, where it is asked by HTTP

    Cors cors() const noexcept { return behaviour.cors ? Cors::on : Cors::off; }
};

struct Resource {
    enum class Kind { content, moved, elsewhere, awaited, refused };
    Kind kind = Kind::refused;

    Content content{};
    SharedFile file{};    // the content's bytes; where there is none,
    std::string bytes{};  // these are, or
    SharedText text{};    // a long one, which others are sent too
    SeenInMemory seen_in_memory{};
    InodeWatch inode{};

    std::string location{};  // of what has moved, or is elsewhere

    Awaited awaited{};
    std::shared_ptr<const PartFile> part{};  // of a content that still comes

    unsigned status = 404;  // of a refusal
    std::string reason{};

    Cors cors = Cors::on;  // off: whatever the site allows, pages of others do not read it

    StillHolds still_holds{};  // empty: for one answer alone
    bool by_likes = false;     // there are several forms, between which what a request likes decides

    std::string_view in_memory() const noexcept { return text ? *text : bytes; }
    bool is_as_found(std::chrono::steady_clock::time_point now) const noexcept {
        return !file || inode.is_as_found(*file, now);
    }
};
using ResourcePtr = std::shared_ptr<const Resource>;

// What of a request decides which resource it is about.
struct Wanted {
    Method method = Method::get;
    std::string target;
    Likes likes{};
    std::string bearer{};  // the token that came with it
    bool is_plain = true;  // of all of it, whatever it is
    Peer peer{};
};

Resource find_resource(const Wanted& wanted, Source& source, const Site& site);

Answer respond(const Request& request, const Resource& resource, const Circumstances& around);

}  // namespace mirrorseed::httpd
