#include "app/wiring/release_rules.hpp"

namespace mirrorseed::app {

const ReleaseConfig* release_of(const std::vector<ReleaseConfig>& releases, const RelPath& path) {
    for (const auto& release : releases) {
        if (!release.match.names_folder() && release.match.matches(path)) return &release;
        if (!release.match.names_folder()) continue;
        for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent())
            if (release.match.matches(folder)) return &release;
    }
    return nullptr;
}

}  // namespace mirrorseed::app
