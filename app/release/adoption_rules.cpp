#include "app/release/adoption_rules.hpp"

namespace mirrorseed::app {

NextLook next_look(const LookedAt& torrent) {
    if (torrent.is_known) return NextLook::whole;
    if (torrent.whole_looks >= most_whole_looks) return NextLook::enough;
    if (!torrent.glance_matches) return NextLook::glance;
    return *torrent.glance_matches ? NextLook::whole : NextLook::differs;
}

std::string_view trouble_with_pads(const torrentgen::Torrent& torrent) {
    constexpr Bytes always_fine = Bytes{1} << 30;
    Bytes pads = 0;
    for (const auto& file : torrent.files) {
        if (!file.pad) continue;
        if (file.length >= torrent.piece_length) return "it has a pad that is a piece or more";
        pads += file.length;
    }
    return pads > always_fine && pads > torrent.total_size() ? "its pads are more than what they pad" : "";
}

}  // namespace mirrorseed::app
