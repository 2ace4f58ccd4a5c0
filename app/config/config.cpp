#include "app/config/config.hpp"

#include <algorithm>

namespace mirrorseed::app {

const TreeConfig* find_tree(const Config& config, std::string_view name) {
    const auto found = std::find_if(config.trees.begin(), config.trees.end(),
                                    [&](const TreeConfig& tree) { return tree.name == name; });
    return found == config.trees.end() ? nullptr : &*found;
}

}  // namespace mirrorseed::app
