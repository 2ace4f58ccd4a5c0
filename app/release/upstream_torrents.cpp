#include "app/release/upstream_torrents.hpp"

#include "torrentgen/read_torrent.hpp"

#include <algorithm>

namespace mirrorseed::app {
namespace {

constexpr std::string_view ending = ".torrent";
// Each costs at least its reading.
constexpr std::size_t most = 50;

}  // namespace

std::vector<RelPath> torrents_beside(Catalogue& catalogue, TreeId tree, Generation number,
                                     const RelPath& path) {
    const auto folder = path.parent();
    const auto own = std::string(path.name()) + std::string(ending);
    std::vector<RelPath> found;
    for (const auto& [name, entry] : catalogue.entries().in_folder(tree, number, folder)) {
        if (entry.kind != EntryKind::file || entry.hidden || !entry.digest || !name.ends_with(ending))
            continue;
        const auto at = folder / RelPath::parse_name(name).value();
        if (name == own)
            found.insert(found.begin(), at);
        else if (found.size() < most)
            found.push_back(at);
    }
    return found;
}

Result<std::string> read_torrent_at(Store& store, TreeId tree, Generation number, const RelPath& path) {
    const auto entry = store.catalogue().entries().find(tree, number, path);
    if (!entry || !entry->digest) return Error(Fault::not_found, "it is gone");
    if (entry->size > torrentgen::usual_most_bytes)
        return Error(Fault::refused, "it is longer than clients load");
    const auto file = store.blobs().open_blob(*entry->digest);
    if (!file) return file.error();
    std::string bytes;
    bytes.reserve(entry->size);
    const auto read = read_through(*file, path.str(), [&](ByteSpan part) -> Status {
        if (bytes.size() + part.size() > entry->size)
            return Error(Fault::damaged, "it is longer than it was");
        bytes.append(reinterpret_cast<const char*>(part.data()), part.size());
        return {};
    });
    if (!read) return read.error();
    return bytes;
}

}  // namespace mirrorseed::app
