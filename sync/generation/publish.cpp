#include "sync/generation/publish.hpp"

#include "core/store/manifest.hpp"
#include "core/text.hpp"
#include "sync/generation/checkout.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>

namespace mirrorseed::sync {
namespace {

Status write_missing_manifest(Store& store, const TreeRow& tree) {
    auto& trees = store.catalogue().trees();
    const auto row = trees.generation(tree.id, tree.generation);
    if (!row || row->manifest) return {};
    const auto folder = Folder::make(store.places().manifests(tree.name));
    if (!folder) return folder.error();
    const auto digest = write_manifest(*folder, store.catalogue(), tree, *row);
    if (!digest) return digest.error().within("cannot write the manifest of " + tree.name);
    trees.set_manifest(tree.id, tree.generation, *digest);
    return {};
}

// The newest generations keep their bytes; older ones are history, and then nothing.
void forget_old(Store& store, const TreeRow& tree, const Keeping& keeping, UnixTime now) {
    auto& trees = store.catalogue().trees();
    const auto generations = trees.generations(tree.id);
    std::vector<Generation> unkept, forgotten;  // their manifests stay as long as history tells of them
    Generation oldest = tree.generation;
    for (std::size_t i = 0; i < generations.size(); ++i) {
        const auto& row = generations[i];
        const bool in_history = row.published >= now - std::max(keeping.history, keeping.grace).count();
        if (i < std::max(1U, keeping.generations)) {
            oldest = std::min(oldest, row.number);
            continue;
        }
        if (row.kept) unkept.push_back(row.number);
        if (!in_history)
            forgotten.push_back(row.number);
        else
            oldest = std::min(oldest, row.number);
    }
    if (unkept.empty() && forgotten.empty()) return;
    auto transaction = store.catalogue().begin();
    for (const auto number : unkept)
        trees.set_kept(tree.id, number, false);
    for (const auto number : forgotten)
        trees.forget_generation(tree.id, number);
    // The checkout still needs to know what changed since it was whole.
    const auto shown = tree.checkout == 0 ? tree.generation : tree.checkout;
    if (!forgotten.empty()) store.catalogue().entries().forget_before(tree.id, std::min(oldest, shown));
    transaction.commit();
    const auto manifests = Folder::open(store.places().manifests(tree.name));
    if (!manifests) return;
    for (const auto number : forgotten)
        remove_manifest(*manifests, number);
}

}  // namespace

std::string mint_lineage() {
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw Failure(Error::last_system_error("cannot get random bytes"));
    return to_hex(bytes);
}

Status catalogue_knows_all(Store& store, const std::string& name) {
    const auto manifests = Folder::open(store.places().manifests(name));
    if (!manifests) return {};  // there are none
    const auto newest = newest_head(*manifests);
    if (!newest) return newest.error();
    const auto tree = store.catalogue().trees().find(name);
    if (newest->generation <= (tree ? tree->generation : 0)) return {};
    return Error(Fault::damaged, "the catalogue knows nothing of generation " +
                                     std::to_string(newest->generation) + " of " + name +
                                     ", which was published");
}

void commit_generation(Store& store, const TreeRow& tree, GenerationRow facts) {
    auto& trees = store.catalogue().trees();
    auto transaction = store.catalogue().begin();
    if (tree.lineage.empty()) trees.set_lineage(tree.id, mint_lineage());
    facts.number = tree.generation + 1;
    trees.publish(tree.id, facts);
    store.catalogue().contents().clear_staged(tree.id);
    transaction.commit();
}

Status follow_publish(Store& store, const std::string& name, const Keeping& keeping, const Clock& clock,
                      Progress& progress) {
    auto tree = store.catalogue().trees().find(name);
    if (!tree || tree->generation == 0) return {};
    progress.start("manifest");
    const auto written = write_missing_manifest(store, *tree);
    if (!written) return written;
    const auto shown = keeping.checkout ? bring_checkout(store, name, progress) : drop_checkout(store, name);
    if (!shown) return shown;
    forget_old(store, store.catalogue().trees().find(name).value(), keeping, clock());
    return {};
}

}  // namespace mirrorseed::sync
