#include "app/serve/describing.hpp"

#include "app/wiring/release_rules.hpp"
#include "core/text.hpp"
#include "torrentgen/metalink.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::app {
namespace {

std::string without_slash(std::string url) {
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

// The web seeds of the release are roots of the same tree.
std::vector<std::string> elsewhere(const std::vector<TreeConfig>& trees, const std::string& name,
                                   const RelPath& path) {
    std::vector<std::string> urls;
    for (const auto& tree : trees) {
        const auto* release = tree.name == name ? release_of(tree.releases, path) : nullptr;
        if (release == nullptr) continue;
        for (const auto& root : release->web_seeds)
            urls.push_back(without_slash(root) + "/" + percent_encode_path(path.str()));
    }
    return urls;
}

}  // namespace

httpd::Describing describing_for(const Config& config) {
    return {.public_url = without_slash(config.server.public_url),
            .elsewhere = [trees = config.trees](const std::string& tree,
                                                const RelPath& path) { return elsewhere(trees, tree, path); },
            .metalink = torrentgen::metalink,
            .sandboxed =
                [trees = config.trees](const std::string& name) {
                    const auto is_it = [&](const TreeConfig& tree) { return tree.name == name; };
                    const auto tree = std::find_if(trees.begin(), trees.end(), is_it);
                    return tree == trees.end() || tree->sandbox;
                }};
}

}  // namespace mirrorseed::app
