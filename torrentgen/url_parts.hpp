// A URL cut into its parts without judging it, so that there is something to say about bad ones too.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed::torrentgen {

struct UrlParts {
    std::string scheme{};         // in lower case; empty when there is none
    std::string_view user{};      // and password, in front of the '@'
    std::string host{};           // in lower case, without brackets and port
    std::string_view path{};      // from its first '/'
    std::string_view query{};     // from its '?'
    std::string_view fragment{};  // from its '#'
};
UrlParts split_url(std::string_view url);

}  // namespace mirrorseed::torrentgen
