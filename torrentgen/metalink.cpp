#include "torrentgen/metalink.hpp"

#include "core/sha1.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace mirrorseed::torrentgen {
namespace {

void add_pieces(std::string& out, const DescribedFile& file) {
    constexpr std::size_t size = sizeof(Sha1Hash::bytes);
    if (file.piece_length == 0 || file.pieces.empty()) return;
    fmt::format_to(std::back_inserter(out), "    <pieces length=\"{}\" type=\"sha-1\">\n", file.piece_length);
    for (std::size_t at = 0; at + size <= file.pieces.size(); at += size)
        out.append("      <hash>")
            .append(to_hex(as_bytes(std::string_view(file.pieces).substr(at, size))))
            .append("</hash>\n");
    out += "    </pieces>\n";
}

// The torrent comes after every URL: clients that prefer it would wait for peers.
void add_file(std::string& out, const DescribedFile& file) {
    auto to = std::back_inserter(out);
    fmt::format_to(to, "  <file name=\"{}\">\n    <size>{}</size>\n", markup_text(file.name), file.size);
    fmt::format_to(to, "    <hash type=\"sha-256\">{}</hash>\n", file.digest.hex());
    add_pieces(out, file);
    int priority = 0;
    for (const auto& url : file.urls)
        fmt::format_to(to, "    <url priority=\"{}\">{}</url>\n", ++priority, markup_text(url));
    if (!file.torrent_url.empty()) {
        const auto inside = file.name_in_torrent.empty()
                                ? std::string()
                                : fmt::format(" name=\"{}\"", markup_text(file.name_in_torrent));
        fmt::format_to(to, "    <metaurl mediatype=\"torrent\" priority=\"{}\"{}>{}</metaurl>\n", ++priority,
                       inside, markup_text(file.torrent_url));
    }
    out += "  </file>\n";
}

}  // namespace

std::string metalink(std::span<const DescribedFile> files) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n";
    out += "  <generator>mirrorseed</generator>\n";
    UnixTime newest = 0;
    for (const auto& file : files)
        newest = std::max(newest, file.modified);
    if (const auto time = format_iso_time(newest); !time.empty())
        fmt::format_to(std::back_inserter(out), "  <published>{}</published>\n", time);
    for (const auto& file : files)
        add_file(out, file);
    return out + "</metalink>\n";
}

}  // namespace mirrorseed::torrentgen
