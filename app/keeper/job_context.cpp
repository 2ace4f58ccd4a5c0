#include "app/keeper/job_context.hpp"

#include <algorithm>

namespace mirrorseed::app {

std::vector<const TreeConfig*> trees_of(const JobContext& context) {
    const auto names = context.arguments.values("TREE");
    std::vector<const TreeConfig*> trees;
    for (const auto& tree : context.config.trees)
        if (names.empty() || std::find(names.begin(), names.end(), tree.name) != names.end())
            trees.push_back(&tree);
    return trees;
}

}  // namespace mirrorseed::app
