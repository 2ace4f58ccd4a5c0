#include "torrentgen/maker.hpp"

#include "core/text.hpp"
#include "torrentgen/metainfo.hpp"
#include "torrentgen/piece_length.hpp"
#include "torrentgen/piece_map.hpp"
#include "torrentgen/stored_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::torrentgen {
namespace {

// The scan's places with one for each pad between them, which nobody reads.
std::vector<FolderContent::Place> places_of(const Torrent& torrent,
                                            std::vector<FolderContent::Place> scanned) {
    std::vector<FolderContent::Place> places(torrent.files.size());
    auto next = scanned.begin();
    for (std::size_t i = 0; i < places.size(); ++i)
        if (!torrent.files[i].pad) places[i] = std::move(*next++);
    return places;
}

// Clients read bencoding 99 deep. Of these four are around a file's path: the torrent, info, the tree and
// what the file's own name holds.
constexpr std::size_t deepest_path = 99 - 4;

Error useless(std::string_view name, std::string_view why) {
    return {Fault::refused, fmt::format("{} {}; --exclude or --name helps", in_quotes(name), why)};
}

// Names that clients take for something else, or refuse: said before hours of hashing.
Status check_names(const Torrent& torrent) {
    constexpr std::string_view pad = "is named like padding, which clients of v1 do not download";
    const bool v1 = torrent.format != Format::v2, v2 = torrent.format != Format::v1;
    if (v1 && is_named_as_pad(torrent.name)) return useless(torrent.name, pad);
    if (!torrent.is_folder && vanishes(torrent.name))
        return useless(torrent.name, "leaves clients no name to store it by");
    for (const auto& file : torrent.files) {
        if (file.pad) continue;
        if (v1 && std::ranges::any_of(file.path, is_named_as_pad)) return useless(file.path.back(), pad);
        if (v2 && file.path.size() + (file.symlink ? 1 : 0) > deepest_path)
            return useless(file.path.back(), fmt::format("lies {} folders deep, more than clients of v2 read",
                                                         file.path.size() - 1));
    }
    return {};
}

void name_by_info(Torrent& torrent) {
    const auto info = info_bytes(torrent);
    if (torrent.format != Format::v2) torrent.info_hash_v1 = Sha1::of(as_bytes(info));
    if (torrent.format != Format::v1) torrent.info_hash_v2 = Sha256::of(as_bytes(info));
}

Status check(const Torrent& torrent, const std::string& path) {
    if (torrent.total_size() == 0)
        return Error(Fault::bad_input,
                     escape_text(path) + " holds no bytes, and no client loads a torrent of none");
    if (auto good = check_names(torrent); !good) return good;
    const auto pieces = PieceMap(torrent).count();
    if (pieces > most_loadable_pieces)
        return Error(
            Fault::bad_input,
            fmt::format("{} pieces of {} are more than clients load ({}); choose a longer --piece-length",
                        pieces, exact_size(torrent.piece_length), most_loadable_pieces));
    return {};
}

PieceHashes known_of(const Torrent& layout, const std::string& folder,
                     const std::vector<FolderContent::Place>& places, KnownHashes* known) {
    if (known == nullptr) return nothing_hashed(layout);
    const auto content_of = [&](std::size_t file) {
        const auto& place = places[file];
        return place.facts ? known->content_of(folder + "/" + place.path.str(), *place.facts) : std::nullopt;
    };
    return known_pieces(layout, content_of, *known);
}

}  // namespace

Status lay_out(Torrent& torrent, std::optional<Bytes> piece_length, const std::string& place) {
    torrent.piece_length = piece_length ? *piece_length : choose_piece_length(torrent.format, torrent.files);
    add_pads(torrent);
    return check(torrent, place);
}

Made finish_torrent(Torrent layout, PieceHashes hashes) {
    Made made{.torrent = std::move(layout)};
    take_hashes(made.torrent, std::move(hashes));
    name_by_info(made.torrent);
    made.bytes = torrent_bytes(made.torrent);
    return made;
}

Result<Made> make_torrent(const std::string& path, const Torrent& said, const MakeOptions& options,
                          const ShaLanes& lanes, Progress& progress) {
    progress.start("scan");
    auto found = scan(path, options.scan, progress);
    if (!found) return found.error();
    auto& [scanned, folder] = *found;

    auto torrent = said;
    torrent.format = options.format;
    torrent.name = options.name.value_or(scanned.name);
    torrent.is_folder = scanned.is_folder;
    torrent.files = std::move(scanned.files);
    if (!torrent.is_folder) torrent.files.front().path = {torrent.name};
    // Readers take no date before 1970.
    if (options.date_of_newest_file && scanned.newest.seconds() >= 0)
        torrent.creation_date = scanned.newest.seconds();
    const auto good = lay_out(torrent, options.piece_length, path);
    if (!good) return good.error();

    auto places = places_of(torrent, std::move(scanned.places));
    auto known = known_of(torrent, folder.path(), places, options.known);
    const FolderContent content(std::move(folder), std::move(places));
    progress.start("hash", 0, torrent.total_size());
    auto hashes =
        hash_pieces(torrent, content, lanes, {.threads = options.threads}, progress, std::move(known));
    if (!hashes) return hashes.error();
    return finish_torrent(std::move(torrent), std::move(*hashes));
}

}  // namespace mirrorseed::torrentgen
