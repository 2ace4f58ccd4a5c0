#include "app/serve/grace.hpp"
#include "app/wiring/partial_trees.hpp"
#include "app/wiring/wiring.hpp"

#include "core/glob.hpp"

#include <memory>
#include <unordered_map>

namespace mirrorseed::app {
namespace {

struct TreeGrace {
    Selection selection;
    std::chrono::seconds grace;
};

}  // namespace

httpd::GraceOf grace_for(const Config& config) {
    // Each of the server's helpers has a copy of the function.
    auto trees = std::make_shared<std::unordered_map<std::string, TreeGrace>>();
    for (const auto& tree : config.trees) {
        Selection selection(tree.include, tree.exclude);
        // What is included beside what metadata selects does not narrow that.
        if (is_partial(tree)) selection = selection.of_everything();
        trees->emplace(tree.name, TreeGrace{std::move(selection), grace_of(tree)});
    }
    return [trees = std::shared_ptr<const std::unordered_map<std::string, TreeGrace>>(trees)](
               const std::string& name, const RelPath& path) {
        const auto found = trees->find(name);
        const bool is_graced = found != trees->end() && found->second.selection.selects(path);
        return is_graced ? found->second.grace : std::chrono::seconds(0);
    };
}

}  // namespace mirrorseed::app
