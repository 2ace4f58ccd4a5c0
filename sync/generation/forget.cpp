#include "sync/generation/forget.hpp"

#include "core/store/manifest.hpp"
#include "core/store/manifest_parts.hpp"

namespace mirrorseed::sync {
namespace {

Status remove_beside(Store& store, const std::string& tree) {
    for (const auto& name : {"trees/" + tree, "trees/." + tree + ".new", "staging/" + tree}) {
        const auto removed = store.folder().remove_tree(RelPath::parse(name).value());
        if (!removed) return removed;
    }
    return {};
}

// The newest first: where it is cut off, none is left that the catalogue does not know.
Status remove_manifests(Store& store, const std::string& tree) {
    const auto folder = Folder::open(store.places().manifests(tree));
    if (!folder) return {};  // there are none
    for (auto newest = newest_head(*folder); newest; newest = newest_head(*folder)) {
        if (newest->generation == 0) break;
        const auto files = manifest_files(*folder);
        if (!files) return files.error();
        remove_manifest(*folder, *files, newest->generation);
        const auto left = newest_head(*folder);
        if (left && left->generation == newest->generation)
            return Error(Fault::failed, "cannot remove the manifests in " + folder->path());
    }
    const auto synced = folder->sync();
    if (!synced) return synced;
    const auto all = store.folder().folder(RelPath::parse("manifests").value());
    if (!all) return all.error();
    const auto removed = all->remove_tree(RelPath::parse_name(tree).value());
    return removed ? all->sync() : removed;
}

}  // namespace

Result<Forgettable> look_at_tree(Catalogue& catalogue, const std::string& name) {
    const auto tree = catalogue.trees().find(name);
    // What is forgotten already has a name that no tree has.
    if (!tree || name.starts_with('.')) return Error(Fault::not_found, "the store has no tree " + name);
    const auto row = catalogue.trees().generation(tree->id, tree->generation).value_or(GenerationRow{});
    const auto pinned = catalogue.releases().sum_of(tree->id);
    return Forgettable{tree->name, tree->generation, {row.files, row.bytes}, {pinned.files, pinned.bytes}};
}

Result<Forgettable> forget_tree(Store& store, const std::string& name, UnixTime now, Progress& progress) {
    auto& catalogue = store.catalogue();
    const auto seen = look_at_tree(catalogue, name);
    if (!seen) return seen;
    progress.start("forget");
    auto removed = remove_beside(store, name);
    if (removed) removed = remove_manifests(store, name);
    if (!removed) return removed.error();
    {
        auto transaction = catalogue.begin();
        const auto id = catalogue.trees().find(name).value().id;
        for (const auto& release : catalogue.releases().of_tree(id))
            if (!release.gone) catalogue.releases().set_gone(release.id, now);
        catalogue.trees().forget(id);
        transaction.commit();
    }
    // It is forgotten, however far this comes.
    (void)sweep_forgotten(catalogue, progress).has_value();
    return seen;
}

Status sweep_forgotten(Catalogue& catalogue, const Progress& progress) {
    for (const auto id : catalogue.trees().forgotten()) {
        while (catalogue.entries().remove_some(id))
            if (const auto may_go_on = progress.go_on(); !may_go_on) return may_go_on;
        catalogue.trees().remove(id);
    }
    return {};
}

}  // namespace mirrorseed::sync
