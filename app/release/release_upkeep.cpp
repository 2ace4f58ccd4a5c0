#include "app/release/release_upkeep.hpp"

#include "app/release/release_writing.hpp"
#include "sync/generation/release_records.hpp"

#include <set>

namespace mirrorseed::app {

Status forget_old_releases(Store& store, const Config& config, UnixTime now) {
    auto& catalogue = store.catalogue();
    std::set<std::string> names;
    {
        auto transaction = catalogue.begin();
        for (const auto& tree : config.trees)
            if (const auto row = catalogue.trees().find(tree.name))
                renew_keeping(catalogue, row->id, tree.releases);
        for (const auto tree : catalogue.releases().trees()) {
            for (const auto& release : catalogue.releases().of_tree(tree))
                names.insert(release.tree_name);
            forget_outlived(catalogue, tree, now);
        }
        transaction.commit();
    }
    for (const auto& name : names)
        if (const auto written = sync::write_records(store, name); !written) return written;
    return {};
}

Status offer_forgotten(Store& store, const Config& config, const std::string& tree) {
    {
        auto transaction = store.catalogue().begin();
        for (const auto& release : store.catalogue().releases().of_tree_named(tree))
            offer_anew(store.catalogue(), {ReleaseUrls::of(config.server), {}}, release);
        transaction.commit();
    }
    return sync::write_records(store, tree);
}

}  // namespace mirrorseed::app
