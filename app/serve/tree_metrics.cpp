#include "app/serve/tree_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mirrorseed::app {
namespace {

// A tree's name needs no quoting.
std::string gauge(const char* name, const char* help, const std::vector<TreeRow>& trees, auto value) {
    auto text = fmt::format("# HELP mirrorseed_tree_{0} {1}\n# TYPE mirrorseed_tree_{0} gauge\n", name, help);
    for (const auto& tree : trees)
        fmt::format_to(std::back_inserter(text), "mirrorseed_tree_{}{{tree=\"{}\"}} {}\n", name, tree.name,
                       value(tree));
    return text;
}

}  // namespace

std::string tree_metrics(const Config& config, const std::vector<TreeRow>& trees, UnixTime now) {
    std::vector<TreeRow> told;
    for (const auto& tree : trees)
        if (tree.generation != 0 || find_tree(config, tree.name) != nullptr) told.push_back(tree);
    return gauge("in_config", "1 where the config names the tree; 0: it is served and synced no more", told,
                 [&](const TreeRow& tree) { return find_tree(config, tree.name) == nullptr ? 0 : 1; }) +
           gauge("lag_seconds", "since when an upstream shows what is not published; 0: all of it is", told,
                 [&](const TreeRow& tree) {
                     return tree.behind_since == 0 ? 0 : std::max<UnixTime>(0, now - tree.behind_since);
                 }) +
           gauge("last_success_timestamp_seconds", "when an upstream was last read to its end; 0: never",
                 told, [](const TreeRow& tree) { return tree.read_at; });
}

}  // namespace mirrorseed::app
