#include "sync/generation/publisher.hpp"

#include "core/store/manifest.hpp"
#include "core/text.hpp"
#include "sync/generation/candidate_check.hpp"
#include "sync/generation/checkout.hpp"
#include "sync/generation/manifest_keeping.hpp"
#include "sync/generation/retention.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mirrorseed::sync {

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

Publisher::Publisher(Store& store, KeepingOf keeping, Describe describe, const Clock& clock,
                     Progress& progress)
    : store_(store),
      keeping_(std::move(keeping)),
      describe_(std::move(describe)),
      clock_(clock),
      progress_(progress) {}

Status Publisher::commit(const TreeRow& tree, GenerationRow facts, Pause pause) {
    facts.number = tree.generation + 1;
    facts.published = clock_();
    if (describe_) {
        const auto described = describe_(store_, {.tree = tree, .number = facts.number, .facts = facts});
        if (!described) return described;
    }
    const auto checked = check_candidate(store_, tree, facts);
    if (!checked) return checked;
    auto& trees = store_.catalogue().trees();
    auto transaction = store_.catalogue().begin();
    if (tree.lineage.empty()) trees.set_lineage(tree.id, mint_lineage());
    if (pause != Pause::stays) trees.set_paused(tree.id, pause == Pause::begins);
    trees.publish(tree.id, facts);
    store_.catalogue().contents().clear_staged(tree.id);
    transaction.commit();
    return {};
}

// The head goes first: cut off between the two, the tree is paused still, and whoever ends that does both
// again.
Status Publisher::end_pause(const TreeRow& tree) {
    if (!tree.paused) return {};
    const auto manifests = Folder::open(store_.places().manifests(tree.name));
    const auto noted = manifests ? note_end_of_pause(*manifests, tree.generation) : Status();
    if (!noted) return noted.error().within("cannot end the pause of " + tree.name);
    store_.catalogue().trees().set_paused(tree.id, false);
    return {};
}

Status Publisher::follow(const std::string& name) {
    auto tree = store_.catalogue().trees().find(name);
    if (!tree || tree->generation == 0) return {};
    progress_.start("manifest");
    const auto written = write_manifests(store_, *tree);
    if (!written) return written;
    const auto keeping = keeping_(name);
    const auto shown =
        keeping.checkout ? bring_checkout(store_, name, progress_) : drop_checkout(store_, name);
    // What is to go goes also where somebody stands in the checkout's way.
    const auto thinned = forget_old(store_.catalogue().trees().find(name).value(), keeping);
    return shown ? thinned : shown;
}

Status Publisher::follow_commit(const std::string& name) {
    const auto followed = follow(name);
    if (followed) return followed;
    return followed.error().within("the new generation of " + name +
                                   " is published, but what follows it is unfinished");
}

// Manifests stay as long as history tells of their generations.
Status Publisher::forget_old(const TreeRow& tree, const Keeping& keeping) {
    auto& trees = store_.catalogue().trees();
    const auto [unkept, forgotten, oldest] = retain(trees.generations(tree.id), keeping, clock_());
    if (!unkept.empty() || !forgotten.empty()) {
        auto transaction = store_.catalogue().begin();
        for (const auto number : unkept)
            trees.set_kept(tree.id, number, false);
        for (const auto number : forgotten)
            trees.forget_generation(tree.id, number);
        // What changed since the checkout was whole is known no longer: then all of its names are looked at.
        if (tree.checkout != 0 && tree.checkout < oldest) trees.set_checkout(tree.id, 0);
        if (!forgotten.empty()) store_.catalogue().entries().forget_before(tree.id, oldest);
        transaction.commit();
    }
    return thin_manifests(store_, tree, oldest);
}

}  // namespace mirrorseed::sync
