#include "core/text.hpp"
#include "torrentgen/edit_torrent.hpp"
#include "torrentgen/magnet.hpp"
#include "torrentgen/piece_map.hpp"
#include "torrentgen/read_torrent.hpp"
#include "torrentgen/warnings.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace mirrorseed;
using namespace mirrorseed::torrentgen;

void must(bool holds) {
    if (!holds) std::abort();
}

bool is_one_line(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) { return c >= 0 && c < 0x20; });
}

void check_torrent(const Torrent& torrent) {
    must(torrent.info_hash_v1 || torrent.info_hash_v2);
    must(!torrent.files.empty() && torrent.piece_length > 0 && torrent.piece_count() > 0);
    must(torrent.format == Format::v2 || torrent.v1_pieces.size() == torrent.piece_count() * 20);
    const PieceMap pieces(torrent);
    must(pieces.count() == torrent.piece_count());
    for (const auto piece : {std::uint64_t{0}, pieces.count() - 1})
        must(pieces.size(piece) > 0 && pieces.size(piece) <= torrent.piece_length);
    const auto magnet = magnet_link(torrent);
    must(std::ranges::all_of(magnet, [](char c) { return c > 0x20 && c < 0x7F; }));
    for (const auto& warning : warnings_for(torrent))
        must(is_one_line(warning.text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto read = read_torrent(bytes, {.pieces = 4096, .name_bytes = 1 << 20});
    if (!read) {
        must(is_one_line(read.error().text()) && read.error().text().find(" at byte ") != std::string::npos);
        return 0;
    }
    for (const auto& oddity : read->oddities)
        must(is_one_line(oddity.text));
    check_torrent(read->torrent);

    const Edits edits{.trackers = Tiers{{"http://a/"}, {"udp://b:1", "c"}},
                      .clear_web_seeds = true,
                      .add_web_seeds = {"https://w/"},
                      .comment = "comment",
                      .creation_date = std::optional<std::int64_t>(1)};
    const auto edited = edit_torrent(bytes, edits);
    must(edited.has_value());
    must(edited->torrent.info_hash_v1 == read->torrent.info_hash_v1 &&
         edited->torrent.info_hash_v2 == read->torrent.info_hash_v2);
    must(edited->torrent.trackers == *edits.trackers && edited->torrent.web_seeds == edits.add_web_seeds);
    must(edited->torrent.comment == "comment" && edited->torrent.creation_date == 1);
    must(edited->torrent.files == read->torrent.files && edited->torrent.nodes == read->torrent.nodes);
    const auto again = edit_torrent(edited->bytes, edits);
    must(again && again->bytes == edited->bytes);
    return 0;
}
