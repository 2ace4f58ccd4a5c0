#include "httpd/media_type.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using Known = std::pair<std::string_view, std::string_view>;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::string_view unknown = "application/octet-stream";

// Sorted by ending, because it is searched by halves. A compressed file is what it is: .tar.gz is gzip.
constexpr std::array known{
    Known{"7z", "application/x-7z-compressed"},
    Known{"apk", "application/vnd.android.package-archive"},
    Known{"asc", plain_text},
    Known{"atom", "application/atom+xml; charset=utf-8"},
    Known{"bz2", "application/x-bzip2"},
    Known{"css", "text/css; charset=utf-8"},
    Known{"csv", "text/csv; charset=utf-8"},
    Known{"deb", "application/vnd.debian.binary-package"},
    Known{"dsc", plain_text},
    Known{"epub", "application/epub+zip"},
    Known{"gif", "image/gif"},
    Known{"gpg", "application/pgp-encrypted"},
    Known{"gz", "application/gzip"},
    Known{"htm", "text/html; charset=utf-8"},
    Known{"html", "text/html; charset=utf-8"},
    Known{"ico", "image/vnd.microsoft.icon"},
    Known{"img", "application/octet-stream"},
    Known{"iso", "application/x-iso9660-image"},
    Known{"jar", "application/java-archive"},
    Known{"jpeg", "image/jpeg"},
    Known{"jpg", "image/jpeg"},
    Known{"js", "text/javascript; charset=utf-8"},
    Known{"json", "application/json"},
    Known{"lz4", "application/x-lz4"},
    Known{"lzma", "application/x-lzma"},
    Known{"magnet", plain_text},
    Known{"md", "text/markdown; charset=utf-8"},
    Known{"md5", plain_text},
    Known{"meta4", "application/metalink4+xml"},
    Known{"metalink", "application/metalink+xml"},
    Known{"mjs", "text/javascript; charset=utf-8"},
    Known{"mp3", "audio/mpeg"},
    Known{"mp4", "video/mp4"},
    Known{"pdf", "application/pdf"},
    Known{"png", "image/png"},
    Known{"qcow2", "application/octet-stream"},
    Known{"rpm", "application/x-rpm"},
    Known{"rss", "application/rss+xml; charset=utf-8"},
    Known{"sh", "text/x-sh; charset=utf-8"},
    Known{"sha1", plain_text},
    Known{"sha256", plain_text},
    Known{"sha512", plain_text},
    Known{"sig", "application/pgp-signature"},
    Known{"svg", "image/svg+xml"},
    Known{"tar", "application/x-tar"},
    Known{"tgz", "application/gzip"},
    Known{"torrent", "application/x-bittorrent"},
    Known{"txt", plain_text},
    Known{"wasm", "application/wasm"},
    Known{"webm", "video/webm"},
    Known{"webp", "image/webp"},
    Known{"woff2", "font/woff2"},
    Known{"xhtml", "application/xhtml+xml"},
    Known{"xml", "application/xml"},
    Known{"xz", "application/x-xz"},
    Known{"yaml", "application/yaml"},
    Known{"yml", "application/yaml"},
    Known{"zck", "application/octet-stream"},
    Known{"zip", "application/zip"},
    Known{"zst", "application/zstd"},
};
static_assert(std::is_sorted(known.begin(), known.end(),
                             [](const Known& a, const Known& b) { return a.first < b.first; }));

// Files that people open in a browser, and that have no ending to tell.
constexpr std::array<std::string_view, 12> plain_names{"ChangeLog",  "InRelease", "LICENSE",  "MD5SUMS",
                                                       "README",     "Release",   "SHA1SUMS", "SHA256SUMS",
                                                       "SHA512SUMS", "TIMESTAMP", "CHECKSUM", "COPYING"};

}  // namespace

std::string_view media_type_of(std::string_view name) {
    if (std::find(plain_names.begin(), plain_names.end(), name) != plain_names.end()) return plain_text;
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return unknown;
    const auto ending = lowered(name.substr(dot + 1));
    const auto found =
        std::lower_bound(known.begin(), known.end(), ending,
                         [](const Known& entry, const std::string& text) { return entry.first < text; });
    return found != known.end() && found->first == ending ? found->second : unknown;
}

bool is_active_page(std::string_view media_type) {
    const auto type = media_type.substr(0, media_type.find(';'));
    return type == "text/html" || type.ends_with("/xml") || type.ends_with("+xml");
}

}  // namespace mirrorseed::httpd
