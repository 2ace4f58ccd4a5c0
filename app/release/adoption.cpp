#include "app/release/adoption.hpp"

#include "app/release/adoption_rules.hpp"
#include "app/release/release_hashes.hpp"
#include "core/text.hpp"
#include "torrentgen/fair_dice.hpp"
#include "torrentgen/metainfo.hpp"
#include "torrentgen/piece_map.hpp"
#include "torrentgen/read_torrent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mirrorseed::app {
namespace {

using torrentgen::Torrent;
using torrentgen::TorrentFile;

Error refused(std::string_view why) {
    return {Fault::refused, std::string(why)};
}

// By its names, and the sizes of what it names.
Status check_fit(const Torrent& torrent, const ReleaseWish& wish, const ReleaseContents& contents) {
    if (torrent.is_private) return refused("it is private");
    if (torrent.is_folder != wish.is_folder || torrent.name != wish.path.name())
        return refused("it is of something else");
    const auto named =
        std::ranges::count_if(torrent.files, [](const TorrentFile& file) { return !file.pad; });
    if (static_cast<std::size_t>(named) != contents.members.size()) return refused("it has not all of it");
    const auto trouble = trouble_with_pads(torrent);
    return trouble.empty() ? Status() : refused(trouble);
}

}  // namespace

struct Adoption::Claim {
    Torrent torrent{};
    std::string info{};
    FileContents files{};
    MadeRelease made{};
};

bool Adoption::is_of_another_name(const UpstreamTorrent& torrent, const ReleaseWish& wish) const {
    const auto known = names_.find(torrent.content);
    return !torrent.is_named_like_it && known != names_.end() && known->second != wish.path.name();
}

Result<Adoption::Claim> Adoption::claim_of(const Place& place, std::string_view bytes,
                                           torrentgen::ReadTorrent read) {
    const auto fits = check_fit(read.torrent, place.wish, place.contents);
    if (!fits) return fits.error();
    auto files = contents_for(read.torrent, place.contents);
    if (!files) return files.error();
    auto made = ReleaseMaker::release_of(read.torrent, place.tree, place.wish, place.contents);
    if (!made) return made.error();
    return Claim{.torrent = std::move(read.torrent),
                 .info = std::string(bytes.substr(read.info_begin, read.info_end - read.info_begin)),
                 .files = std::move(*files),
                 .made = std::move(*made)};
}

Status Adoption::look_whole(const Claim& claim, Progress& progress) {
    auto hashes = hashes_of(store_, claim.torrent, claim.files, maker_.lanes(), progress);
    if (!hashes) return hashes.error();
    auto ours = claim.torrent;
    ours.piece_layers.clear();
    for (auto& file : ours.files)
        file.root.reset();
    torrentgen::take_hashes(ours, std::move(*hashes));
    const bool is_same = ours.v1_pieces == claim.torrent.v1_pieces &&
                         ours.piece_layers == claim.torrent.piece_layers && ours.files == claim.torrent.files;
    return is_same ? Status() : refused("its pieces are not ours");
}

Status Adoption::look(Place& place, const Claim& claim, Progress& progress) {
    LookedAt looked{.is_known = are_known(store_.catalogue(), claim.torrent, claim.files),
                    .glance_matches = {},
                    .whole_looks = place.whole_looks};
    auto next = next_look(looked);
    if (next == NextLook::glance) {
        const torrentgen::PieceMap map(claim.torrent);
        const auto pieces = choose_pieces(claim.torrent, map, glance_budget, torrentgen::fair_dice());
        const auto unlike = maker_.prover().first_unlike(claim.torrent, claim.made.release, claim.made.files,
                                                         pieces, progress);
        if (!unlike) return unlike.error();
        looked.glance_matches = !*unlike;
        next = next_look(looked);
    }
    if (next == NextLook::differs) return refused("its pieces are not ours");
    if (next == NextLook::enough)
        return refused(
            fmt::format("{} others fit as well, were looked at whole and are not of it", most_whole_looks));
    if (!looked.is_known) ++place.whole_looks;
    return look_whole(claim, progress);
}

Result<MadeRelease> Adoption::take(Claim claim, Progress& progress) {
    auto& torrent = claim.torrent;
    torrent.nodes.clear();
    torrent.http_seeds.clear();
    claim.made.release.adopted = true;
    claim.made.upstream_trackers = torrent.trackers;
    for (const auto& url : maker_.urls().announce)
        torrent.trackers.push_back({url});
    const auto finished =
        maker_.finish(torrent, torrentgen::torrent_bytes(torrent, claim.info), claim.made, progress);
    if (!finished) return finished.error();
    return std::move(claim.made);
}

Result<MadeRelease> Adoption::try_torrent(Place& place, const UpstreamTorrent& from, Progress& progress) {
    const auto bytes = read_torrent_file(store_, from);
    if (!bytes) return bytes.error();
    auto read = torrentgen::read_torrent(*bytes);
    names_[from.content] = read ? read->torrent.name : "";
    if (!read) return read.error();
    auto claim = claim_of(place, *bytes, std::move(*read));
    if (!claim) return claim.error();
    const auto looked = look(place, *claim, progress);
    if (!looked) return looked.error();
    return take(std::move(*claim), progress);
}

Result<std::optional<MadeRelease>> Adoption::adopt(const TreeRow& tree, Generation number,
                                                   const ReleaseWish& wish, const ReleaseContents& contents,
                                                   Progress& progress) {
    Place place{.tree = tree, .wish = wish, .contents = contents};
    for (const auto& torrent : torrents_beside(store_.catalogue(), tree.id, number, wish.path)) {
        if (is_of_another_name(torrent, wish)) continue;
        auto adopted = try_torrent(place, torrent, progress);
        if (adopted) return std::optional(std::move(*adopted));
        if (progress.stop_requested()) return adopted.error();
        log_.info("{}: {} is no torrent of {} to offer: {}", tree.name, outside(torrent.path.str()),
                  outside(wish.path.str()), outside(adopted.error().text()));
    }
    return std::optional<MadeRelease>();
}

}  // namespace mirrorseed::app
