// An rsync:// URL in parts: rsync://[USER[:PASSWORD]@]HOST[:PORT]/MODULE[/PATH]/
//
// Its parts become arguments of the rsync program, which has a language of its
// own for them; what could mean more than a place is refused.
#pragma once

#include "core/result.hpp"

#include <string>

namespace mirrorseed::sync {

struct RsyncUrl {
    std::string user{}, password{};
    std::string host{};  // with brackets around an IPv6 address
    std::string port{};
    std::string path{};  // "module/path/", always with the last slash

    static Result<RsyncUrl> parse(const std::string& url);
    std::string argument() const;  // without the password, which goes another way
    // The same in two: the module, and what is below it ("path/", or nothing).
    std::string module_argument() const;
    std::string below_module() const;
    std::string shown() const;  // without credentials
};

}  // namespace mirrorseed::sync
