#include "app/wiring/release_watch.hpp"

#include "app/wiring/release_rules.hpp"

#include "torrentgen/piece_length.hpp"
#include "torrentgen/stream_hasher.hpp"

#include <optional>

namespace mirrorseed::app {
namespace {

using torrentgen::Format;
using torrentgen::StreamHasher;

class ReleaseWatch final : public sync::ContentWatch {
public:
    ReleaseWatch(const StreamHasher::Options& options, const torrentgen::ShaLanes& lanes)
        : hasher_(options, lanes) {}

    void see(ByteSpan bytes) override { hasher_.see(bytes); }
    void keep(Catalogue& catalogue, const Digest& content) override {
        hasher_.finish();
        auto& hashes = catalogue.torrent_hashes();
        if (hasher_.tree()) hashes.keep(content, *hasher_.tree());
        if (hasher_.pieces()) hashes.keep(content, *hasher_.pieces());
    }

private:
    StreamHasher hasher_;
};

// Of a folder the pieces of one file say something only where the piece length was named and files are
// padded.
Bytes length_for(const ReleaseConfig& release, const Entry& entry) {
    const auto format = format_of(release.format);
    if (!release.piece_length.automatic()) return release.piece_length.bytes;
    if (release.match.names_folder()) return 0;
    const torrentgen::TorrentFile file{.length = entry.size};
    return torrentgen::choose_piece_length(format, std::span(&file, 1));
}

}  // namespace

torrentgen::Format format_of(ReleaseFormat format) {
    switch (format) {
        case ReleaseFormat::v1:
            return Format::v1;
        case ReleaseFormat::v2:
            return Format::v2;
        case ReleaseFormat::hybrid:
            break;
    }
    return Format::hybrid;
}

sync::WatchFor watch_releases(const TreeConfig& tree) {
    if (tree.releases.empty()) return {};
    return [releases = tree.releases, lanes = std::optional<torrentgen::ShaLanes>()](
               const RelPath& path, const Entry& entry) mutable -> std::unique_ptr<sync::ContentWatch> {
        const auto* release = release_of(releases, path);
        if (release == nullptr) return nullptr;
        if (!lanes) lanes = torrentgen::ShaLanes::fastest();
        return std::make_unique<ReleaseWatch>(
            StreamHasher::Options{.expected_size = entry.size, .piece_length = length_for(*release, entry)},
            *lanes);
    };
}

}  // namespace mirrorseed::app
