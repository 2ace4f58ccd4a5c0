#include "torrentgen/seed_url.hpp"

#include <algorithm>
#include <array>

namespace mirrorseed::torrentgen {
namespace {

constexpr std::array everybody{SeedClient::libtorrent,     SeedClient::old_libtorrent,
                               SeedClient::aria2,          SeedClient::transmission_4,
                               SeedClient::transmission_3, SeedClient::webtorrent};

// What stays as it is in a name, besides letters and digits.
std::string_view left_alone(SeedClient client) {
    switch (client) {
        case SeedClient::libtorrent:
        case SeedClient::old_libtorrent:
            return "/-_!.~*()";
        case SeedClient::aria2:
            return "-._~";
        case SeedClient::transmission_4:
            return "-_.~!*'();:@&=+$,/?%#[]";
        case SeedClient::transmission_3:
            return ",-./";
        case SeedClient::webtorrent:
            break;
    }
    return {};
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string escaped(SeedClient client, std::string_view name) {
    if (client == SeedClient::webtorrent) return std::string(name);
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto kept = left_alone(client);
    std::string text;
    for (const char c : name) {
        if (is_plain(c) || kept.find(c) != kept.npos) {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    return text;
}

// "name/folder/file", escaped part by part.
std::string place(SeedClient client, const Torrent& torrent, std::size_t file) {
    auto text = escaped(client, torrent.name);
    for (const auto& part : torrent.files[file].path)
        text += "/" + escaped(client, part);
    return text;
}

std::string with_slash(std::string_view seed) {
    return std::string(seed) + (seed.ends_with('/') ? "" : "/");
}

// libtorrent 2.0 pads the file of a v2 torrent in memory, and then takes it for a folder without a name.
bool looks_like_folder(SeedClient client, const Torrent& torrent) {
    const bool libtorrent = client == SeedClient::libtorrent || client == SeedClient::old_libtorrent;
    return libtorrent && torrent.format == Format::v2 &&
           torrent.files.front().length % torrent.piece_length != 0;
}

std::string url_of_single(SeedClient client, std::string_view seed, const Torrent& torrent) {
    if (looks_like_folder(client, torrent)) return with_slash(seed) + escaped(client, torrent.name);
    if (!seed.ends_with('/') || client == SeedClient::webtorrent) return std::string(seed);
    return std::string(seed) + escaped(client, torrent.name);
}

std::string url_in_folder_of_one(SeedClient client, std::string_view seed, const Torrent& torrent) {
    if (client == SeedClient::aria2) return with_slash(seed) + place(client, torrent, 0);
    if (!seed.ends_with('/') || client == SeedClient::webtorrent) return std::string(seed);
    if (client == SeedClient::old_libtorrent) return std::string(seed) + escaped(client, torrent.name);
    return std::string(seed) + place(client, torrent, 0);
}

}  // namespace

std::string_view name_of(SeedClient client) noexcept {
    switch (client) {
        case SeedClient::libtorrent:
            return "libtorrent";
        case SeedClient::old_libtorrent:
            return "libtorrent before 2.0.14";
        case SeedClient::aria2:
            return "aria2";
        case SeedClient::transmission_4:
            return "Transmission 4";
        case SeedClient::transmission_3:
            return "Transmission 3";
        case SeedClient::webtorrent:
            break;
    }
    return "WebTorrent";
}

std::span<const SeedClient> clients_of(Format format) noexcept {
    const std::span<const SeedClient> all(everybody);
    return format == Format::v2 ? all.first(2) : all;
}

std::string seed_url(SeedClient client, std::string_view seed, const Torrent& torrent, std::size_t file) {
    if (!torrent.is_folder) return url_of_single(client, seed, torrent);
    if (torrent.files.size() == 1) return url_in_folder_of_one(client, seed, torrent);
    return with_slash(seed) + place(client, torrent, file);
}

Result<SeedWishes> seed_wishes(std::string_view seed, const Torrent& torrent, std::size_t file) {
    SeedWishes found{.pad = torrent.files[file].pad};
    for (const auto client : clients_of(torrent.format)) {
        auto url = HttpUrl::parse(seed_url(client, seed, torrent, file));
        if (!url) return url.error();
        const auto same = std::ranges::find(found.wishes, *url, &SeedWish::url);
        if (same != found.wishes.end())
            same->clients.push_back(client);
        else
            found.wishes.push_back({std::move(*url), {client}});
    }
    return found;
}

}  // namespace mirrorseed::torrentgen
