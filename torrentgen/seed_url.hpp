// The URLs that BitTorrent clients ask for, given a web seed's URL and a file of a torrent. Pure.
//
// BEP 19 leaves much open, and clients disagree: about what a slash at the end
// says, about folders that hold one file, and about which characters of a name to
// escape. What each does was read in its source; WebTorrent and Transmission 4
// leave '#', '?' and '%' as they are, so such names are asked for wrongly by them.
#pragma once

#include "core/http/http_url.hpp"
#include "torrentgen/torrent.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

enum class SeedClient {
    libtorrent,      // 2.0.14 and later
    old_libtorrent,  // before, at odds about folders with one file
    aria2,
    transmission_4,
    transmission_3,
    webtorrent,
};
std::string_view name_of(SeedClient client) noexcept;  // "Transmission 4"

// Who reads torrents of that format, libtorrent first. A hybrid is v1 to all but libtorrent.
std::span<const SeedClient> clients_of(Format format) noexcept;

// As the client would build it, before its HTTP library sees it.
std::string seed_url(SeedClient client, std::string_view seed, const Torrent& torrent, std::size_t file);

// What is asked for on the wire, and by whom.
struct SeedWish {
    HttpUrl url;
    std::vector<SeedClient> clients;
    bool operator==(const SeedWish&) const = default;
};
struct SeedWishes {
    std::vector<SeedWish> wishes{};  // each URL once
    bool pad =
        false;  // libtorrent makes a pad's zeros itself; the others ask for them, if they ask for pads at all
};
// An error when the seed is no http or https URL.
Result<SeedWishes> seed_wishes(std::string_view seed, const Torrent& torrent, std::size_t file);

}  // namespace mirrorseed::torrentgen
