#include "app/keeper/recovery.hpp"

#include "core/store/manifest.hpp"

namespace mirrorseed::app {
namespace {

Result<Store> open_and_look(const StorePlaces& places, const std::string& who) {
    try {
        auto store = Store::open(places, who);
        if (store) store->catalogue().look();
        return store;
    } catch (const CatalogueTrouble& trouble) {
        return trouble.error();
    }
}

// A head that the new catalogue has no generation for could not be used.
void put_unusable_manifests_aside(Store& store) {
    const auto manifests = Folder::open(store.places().store + "/manifests");
    const auto names = manifests ? manifests->items() : Result<std::vector<FolderItem>>(manifests.error());
    if (!names) return;
    for (const auto& name : *names) {
        const auto folder = Folder::open(store.places().manifests(name.name));
        const auto tree = store.catalogue().trees().find(name.name);
        if (!folder || !name.facts.is_folder) continue;
        for (auto newest = newest_head(*folder); newest && newest->generation > 0;) {
            const auto number = newest->generation;
            if (tree && store.catalogue().trees().generation(tree->id, number)) break;
            put_manifest_aside(*folder, number);
            newest = newest_head(*folder);
            if (newest && newest->generation == number) break;  // it cannot be moved
        }
    }
}

}  // namespace

Result<Store> open_or_rebuild(const StorePlaces& places, const std::string& who, const Log& log) {
    auto store = open_and_look(places, who);
    if (store || !store.error().is(Fault::damaged)) return store;
    log.error("{}; rebuilding the catalogue from the manifests", outside(store.error().text()));
    Progress progress;
    const auto recovered = recover_store(places, system_clock(), progress);
    if (!recovered) return recovered.error().within("cannot rebuild the catalogue");
    for (const auto* lines : {&recovered->troubles, &recovered->mended})
        for (const auto& line : *lines)
            log.warning("{}", outside(line));
    for (const auto& tree : recovered->trees)
        log.info("recovered {}, generation {}", tree.name, tree.generation);
    return open_and_look(places, who);
}

Result<sync::RecoverResult> recover_store(const StorePlaces& places, const Clock& clock, Progress& progress) {
    if (!places.exists()) return Error(Fault::not_found, "there is no store at " + places.store);
    auto store = Store::open_for_recovery(places, "mirrorseed recover");
    if (!store) return store.error();
    auto result = sync::fill_catalogue(store->catalogue(), store->folder(), clock, progress);
    if (!result) return result;
    const auto committed = store->commit_recovered();
    if (!committed) return committed.error();
    if (!result->troubles.empty()) put_unusable_manifests_aside(*store);
    return result;
}

Status rebuild_for_reading(const std::string& store, const std::string& file) {
    const auto folder = Folder::open(store);
    if (!folder) return folder.error();
    auto catalogue = Catalogue::open(file);
    Progress progress;
    const auto filled = sync::fill_catalogue(catalogue, *folder, system_clock(), progress);
    if (!filled) return filled.error();
    return {};
}

}  // namespace mirrorseed::app
