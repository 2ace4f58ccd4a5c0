#include "app/release/upstream_torrents.hpp"

#include "torrentgen/read_torrent.hpp"

#include <algorithm>

namespace mirrorseed::app {
namespace {

constexpr std::string_view ending = ".torrent";
// Each costs at least its reading.
constexpr std::size_t most = 50;

}  // namespace

std::vector<UpstreamTorrent> torrents_beside(Catalogue& catalogue, TreeId tree, Generation number,
                                             const RelPath& path) {
    const auto folder = path.parent();
    const auto own = std::string(path.name()) + std::string(ending);
    std::vector<UpstreamTorrent> found;
    for (const auto& [name, entry] : catalogue.entries().in_folder(tree, number, folder)) {
        if (entry.kind != EntryKind::file || entry.hidden || !entry.digest || !name.ends_with(ending))
            continue;
        UpstreamTorrent torrent{.path = folder / RelPath::parse_name(name).value(),
                                .size = entry.size,
                                .content = *entry.digest,
                                .is_named_like_it = name == own};
        if (torrent.is_named_like_it)
            found.insert(found.begin(), std::move(torrent));
        else if (found.size() < most)
            found.push_back(std::move(torrent));
    }
    return found;
}

Result<std::string> read_torrent_file(Store& store, const UpstreamTorrent& torrent) {
    if (torrent.size > torrentgen::usual_most_bytes)
        return Error(Fault::refused, "it is longer than clients load");
    const auto file = store.blobs().open_blob(torrent.content);
    if (!file) return file.error();
    std::string bytes;
    bytes.reserve(torrent.size);
    const auto read = read_through(*file, torrent.path.str(), [&](ByteSpan part) -> Status {
        if (bytes.size() + part.size() > torrent.size)
            return Error(Fault::damaged, "it is longer than it was");
        bytes.append(reinterpret_cast<const char*>(part.data()), part.size());
        return {};
    });
    if (!read) return read.error();
    return bytes;
}

}  // namespace mirrorseed::app
