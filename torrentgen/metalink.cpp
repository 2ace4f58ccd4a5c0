#include "torrentgen/metalink.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mirrorseed::torrentgen {

// The torrent comes after every URL: clients that prefer it would wait for peers.
std::string metalink(const DescribedFile& file) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n";
    out += "  <generator>mirrorseed</generator>\n";
    auto to = std::back_inserter(out);
    if (const auto time = format_iso_time(file.modified); !time.empty())
        fmt::format_to(to, "  <published>{}</published>\n", time);
    fmt::format_to(to, "  <file name=\"{}\">\n    <size>{}</size>\n", markup_text(file.name), file.size);
    fmt::format_to(to, "    <hash type=\"sha-256\">{}</hash>\n", file.digest.hex());
    int priority = 0;
    for (const auto& url : file.urls)
        fmt::format_to(to, "    <url priority=\"{}\">{}</url>\n", ++priority, markup_text(url));
    if (!file.torrent_url.empty())
        fmt::format_to(to, "    <metaurl mediatype=\"torrent\" priority=\"{}\">{}</metaurl>\n", ++priority,
                       markup_text(file.torrent_url));
    return out + "  </file>\n</metalink>\n";
}

}  // namespace mirrorseed::torrentgen
