// What a torrent client means by what it puts behind a web seed's URL. Pure.
//
// BEP 19 has clients add the torrent's name to a URL that ends in a slash, and the
// file's path for a torrent of several files. Of a torrent of one file some ask for
// the URL as it stands, some for the name alone though the torrent is a folder,
// and some add the name twice.
#pragma once

#include "core/rel_path.hpp"

#include <optional>
#include <string_view>

namespace mirrorseed::httpd {

struct SeedPath {
    bool only_file = false;           // the only one, if there is only one
    std::optional<RelPath> inside{};  // else this one of the torrent's folder
};
// `below` stands behind the torrent's hash in the URL.
SeedPath read_seed_path(const RelPath& below, std::string_view torrent_name);

}  // namespace mirrorseed::httpd
