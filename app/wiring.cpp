#include "app/wiring.hpp"

#include "app/release_watch.hpp"

namespace mirrorseed::app {
namespace {

// Globs of the command line come on top of the config's excludes, and in the place of its includes.
Result<std::vector<Glob>> globs_of(const Arguments& arguments, std::string_view option) {
    std::vector<Glob> globs;
    for (const auto& text : arguments.values(option)) {
        auto glob = Glob::parse(text);
        if (!glob) return glob.error();
        globs.push_back(std::move(*glob));
    }
    return globs;
}

}  // namespace

sync::Keeping keeping_for(const TreeConfig& tree) {
    return {.generations = tree.keep_generations,
            .history = tree.history,
            .grace = tree.grace,
            .checkout = tree.checkout};
}

Result<sync::Wish> wish_for(const Config& config, const TreeConfig& tree, const Arguments& arguments) {
    auto include = globs_of(arguments, "include");
    if (!include) return include.error();
    auto exclude = globs_of(arguments, "exclude");
    if (!exclude) return exclude.error();
    if (include->empty()) *include = tree.include;
    exclude->insert(exclude->end(), tree.exclude.begin(), tree.exclude.end());
    return sync::Wish{
        .tree = tree.name,
        .upstreams = tree.upstreams,
        .selection = Selection(std::move(*include), std::move(*exclude)),
        .max_delete = {tree.max_delete.share, tree.max_delete.percent, tree.max_delete.count},
        .allow_deletes = arguments.has("allow-deletes"),
        .publish_without_bad_files = tree.on_bad_file == BadFilePolicy::hold_back,
        .min_free = config.store.min_free,
        .keeping = keeping_for(tree),
        .watch_for = watch_releases(tree),
    };
}

}  // namespace mirrorseed::app
