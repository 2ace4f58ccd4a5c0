#include "httpd/published/seed_path.hpp"

namespace mirrorseed::httpd {

SeedPath read_seed_path(const RelPath& below, std::string_view torrent_name) {
    const std::string_view text = below.str();
    if (text.empty() || text == torrent_name) return {.only_file = true};
    if (!text.starts_with(torrent_name) || text.size() <= torrent_name.size() ||
        text[torrent_name.size()] != '/')
        return {};
    const auto inside = RelPath::parse(text.substr(torrent_name.size() + 1)).value();
    return {.only_file = inside.str() == torrent_name, .inside = inside};
}

}  // namespace mirrorseed::httpd
