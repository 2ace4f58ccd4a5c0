// Where an index page was found, and which of the names that it links to lie there.
//
// A page of a folder links to what is in it, and to much else: other orders of the
// same page, the folder above, other hosts. Only what lies directly in this very
// folder counts. A link that does and has a name that cannot be a file's is an
// error and not passed over: what is missing from a listing would be deleted.
#pragma once

#include "core/http/http_url.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::sync {

struct IndexLink {
    enum class Kind {
        elsewhere,
        order,   // this page again, sorted otherwise
        parent,  // the folder above
        child,
    };

    Kind kind = Kind::elsewhere;
    std::string name{};      // of a child, decoded
    bool is_folder = false;  // a slash stands behind it
};

class IndexPlace {
public:
    // The page's final URL; what stands behind the last slash of its path names the page and not the folder.
    static Result<IndexPlace> at(const HttpUrl& url);

    // `href` as it means to be, character references decoded.
    Result<IndexLink> read(std::string_view href) const;
    // The same for a name that stands there as it is. Errors name the page.
    Result<std::string> check_name(std::string_view name) const;

    Error error(Fault fault, const std::string& why) const { return {fault, url_.shown() + ": " + why}; }
    Error no_listing() const {
        return error(Fault::bad_input, "this is no listing of a folder that is known");
    }

private:
    Result<IndexLink> read_path(std::string_view path) const;
    Result<IndexLink> read_child(std::string_view part) const;
    Error bad_name(std::string_view name, const std::string& why) const;

    HttpUrl url_;
    std::string folder_;  // "/sub dir/", decoded
};

}  // namespace mirrorseed::sync
