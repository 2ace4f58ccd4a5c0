#include "sync/upstream.hpp"

namespace mirrorseed::sync {

Result<std::vector<std::optional<Entry>>> Upstream::look_at_all(const std::vector<RelPath>& paths,
                                                                Progress& progress) {
    std::vector<std::optional<Entry>> entries;
    entries.reserve(paths.size());
    for (const auto& path : paths) {
        auto entry = look(path, progress);
        if (!entry) return entry.error();
        entries.push_back(std::move(*entry));
    }
    return entries;
}

}  // namespace mirrorseed::sync
