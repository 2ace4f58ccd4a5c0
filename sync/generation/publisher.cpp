#include "sync/generation/publisher.hpp"

#include "core/store/manifest.hpp"
#include "core/text.hpp"
#include "sync/generation/candidate_check.hpp"
#include "sync/generation/checkout.hpp"
#include "sync/generation/dressing.hpp"
#include "sync/generation/manifest_keeping.hpp"
#include "sync/generation/release_records.hpp"
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

Status Publisher::commit(const TreeRow& tree, GenerationRow facts, Pause pause,
                         std::optional<UnixTime> behind_since) {
    facts.number = tree.generation + 1;
    facts.published = clock_();
    const auto described = describe(tree, facts);
    if (!described) return described.error();
    const auto checked = check_candidate(store_, tree, facts);
    if (!checked) return checked;
    const auto readable = Dressing(store_, progress_).for_readers(tree, facts.number);
    if (!readable) return readable;
    auto& trees = store_.catalogue().trees();
    auto transaction = store_.catalogue().begin();
    if (tree.lineage.empty()) trees.set_lineage(tree.id, mint_lineage());
    if (pause != Pause::stays) trees.set_paused(tree.id, pause == Pause::begins);
    if (behind_since) trees.set_behind(tree.id, *behind_since);
    trees.publish(tree.id, facts);
    for (const auto step : keeping_(tree.name).telling)
        store_.catalogue().owed().add(tree.id, facts.number, step);
    store_.catalogue().contents().clear_staged(tree.id);
    if (described->write) described->write(store_.catalogue());
    transaction.commit();
    for (const auto& trouble : described->troubles)
        undescribed_.push_back({facts.number, "release", trouble});
    return {};
}

Result<Described> Publisher::describe(const TreeRow& tree, const GenerationRow& facts) {
    if (!describe_) return Described();
    return describe_(store_, {.tree = tree, .number = facts.number, .facts = facts}, progress_);
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

Followed Publisher::follow(const std::string& name) {
    Followed followed{.unfinished = std::exchange(undescribed_, {})};
    auto& trees = store_.catalogue().trees();
    const auto tree = trees.find(name);
    if (!tree || tree->generation == 0) return followed;
    const auto row = trees.generation(tree->id, tree->generation);
    const bool lacks_manifest = row && !row->manifest;
    progress_.start("manifest");
    const auto write = [&] { return write_manifests(store_, *tree); };
    if (followed.attempt(tree->generation, "manifest", write) && lacks_manifest)
        followed.done.push_back({tree->generation, "manifest"});
    const auto keeping = keeping_(name);
    show(*tree, keeping, followed);
    followed.attempt(tree->generation, "releases", [&] { return write_records(store_, name); });
    // What is to go goes also where somebody stands in the checkout's way.
    followed.attempt(tree->generation, "history",
                     [&] { return forget_old(trees.find(name).value(), keeping); });
    return followed;
}

void Publisher::show(const TreeRow& tree, const Keeping& keeping, Followed& followed) {
    const bool is_behind = keeping.checkout && tree.checkout != tree.generation;
    const auto bring = [&] {
        return keeping.checkout ? bring_checkout(store_, tree.name, progress_)
                                : drop_checkout(store_, tree.name);
    };
    if (followed.attempt(tree.generation, "checkout", bring) && is_behind)
        followed.done.push_back({tree.generation, "checkout"});
}

// Manifests stay as long as history tells of their generations.
Status Publisher::forget_old(const TreeRow& tree, const Keeping& keeping) {
    auto& trees = store_.catalogue().trees();
    const auto owed = store_.catalogue().owed().oldest(tree.id);
    const auto [unkept, forgotten, oldest] = retain(trees.generations(tree.id), keeping, owed, clock_());
    if (!unkept.empty() || !forgotten.empty()) {
        auto transaction = store_.catalogue().begin();
        for (const auto number : unkept)
            trees.set_kept(tree.id, number, false);
        for (const auto number : forgotten)
            trees.forget_generation(tree.id, number);
        // What changed since the checkout was whole is known no longer: then all of its names are looked at.
        if (tree.checkout != 0 && tree.checkout < oldest) trees.set_checkout(tree.id, 0);
        if (!forgotten.empty()) {
            store_.catalogue().entries().forget_before(tree.id, oldest);
            store_.catalogue().not_held().forget_before(tree.id, oldest);
        }
        transaction.commit();
    }
    return thin_manifests(store_, tree, oldest);
}

}  // namespace mirrorseed::sync
