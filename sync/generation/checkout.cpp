#include "sync/generation/checkout.hpp"

#include "core/text.hpp"
#include "sync/generation/checkout_order.hpp"
#include "sync/generation/dressing.hpp"
#include "sync/generation/fresh_checkout.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;
using Kind = CheckoutStep::Kind;

class Checkout {
public:
    static Result<Checkout> open(Store& store, const std::string& tree) {
        auto trees = store.folder().make_folder(RelPath::parse("trees").value());
        if (!trees) return trees.error();
        const auto name = RelPath::parse_name(tree).value();
        auto shown = trees->make_folder(name);
        if (!shown) return shown.error();
        // What is being made waits beside the checkout, where no reader of it looks.
        const auto waiting = RelPath::parse_name("." + tree + ".new").value();
        const auto cleared = trees->remove_tree(waiting);
        if (!cleared) return cleared.error();
        auto fresh = trees->make_folder(waiting, 0700);  // what passes through it may be hidden by its folder
        if (!fresh) return fresh.error();
        return Checkout(store, std::move(*trees), waiting, std::move(*shown), std::move(*fresh));
    }

    Status apply(const CheckoutStep& step) {
        switch (step.kind) {
            case Kind::make_folder:
                return make_folder(step);
            case Kind::show:
            case Kind::replace:
                return show(step);
            case Kind::remove:
                return remove(step.path);
            case Kind::remove_folder:
                return remove(step.path);
            case Kind::close_folder:
            case Kind::dress_folder:
                return dress_folder(step);
        }
        return {};
    }

    Status show(const CheckoutStep& step) {
        // A withdrawn content is not shown, and neither is its name.
        if (step.entry.kind == EntryKind::file && !step.entry.digest) return remove(step.path);
        // A damaged one is shown when it was fetched again; what shows it already is not touched.
        if (step.entry.digest && damaged_.contains(*step.entry.digest)) return {};
        const auto facts = shown_.facts(step.path);
        if (!facts && !is_missing(facts.error())) return facts.error();
        if (facts && shows_already(*facts, step)) return {};
        if (!facts) {
            const auto made = put(step, shown_, step.path);
            if (made || !made.error().is(errc::file_exists)) return made;
        }
        const auto name = RelPath::parse_name("item").value();
        auto done = put(step, fresh_, name);
        if (!done) return done;
        if (!facts || !facts->is_folder) return fresh_.rename(name, shown_, step.path);
        done = fresh_.exchange(name, shown_, step.path);
        return done ? fresh_.remove_tree(name) : done;
    }

    // A name that shares the blob's inode becomes a copy.
    Status part(const CheckoutStep& step) {
        if (step.entry.kind != EntryKind::file) return apply(step);
        const auto facts = shown_.facts(step.path);
        const auto blob = blobs_->facts(*step.entry.digest);
        if (!facts || !blob || !blob->same_inode(*facts)) return {};
        const auto name = RelPath::parse_name("item").value();
        const auto copied = blobs_->copy_to(*step.entry.digest, step.entry, fresh_, name);
        return copied ? fresh_.rename(name, shown_, step.path) : copied;
    }

    Status finish() {
        const auto synced = shown_.sync();
        if (!synced) return synced;
        return trees_.remove_tree(waiting_);
    }

    const Folder& shown() const { return shown_; }

private:
    Checkout(Store& store, Folder trees, RelPath waiting, Folder shown, Folder fresh)
        : blobs_(&store.blobs()),
          damaged_(store.catalogue().contents().damaged()),
          trees_(std::move(trees)),
          waiting_(std::move(waiting)),
          shown_(std::move(shown)),
          fresh_(std::move(fresh)) {}

    Status put(const CheckoutStep& step, const Folder& folder, const RelPath& name) const {
        if (step.entry.kind == EntryKind::file)
            return blobs_->show_at(*step.entry.digest, step.entry, folder, name);
        const auto made = folder.make_link(name, step.entry.target);
        return made ? folder.set_mode_and_time(name, step.entry) : made;
    }

    bool shows_already(const FileFacts& facts, const CheckoutStep& step) const {
        if (step.entry.kind == EntryKind::link) {
            const auto target =
                facts.is_link ? shown_.read_link(step.path) : Result<std::string>(std::string());
            return target && *target == step.entry.target;
        }
        if (!facts.is_file || facts.mode != step.entry.mode || facts.mtime != step.entry.mtime) return false;
        const auto blob = blobs_->facts(*step.entry.digest);
        return blob && blob->same_inode(facts);
    }

    // We must be able to change what is in it next time, also where its owner could not.
    Status dress_folder(const CheckoutStep& step) {
        auto entry = step.entry;
        entry.mode |= 0700;
        return shown_.set_mode_and_time(step.path, entry);
    }

    Status make_folder(const CheckoutStep& step) {
        const auto facts = shown_.facts(step.path);
        if (facts && facts->is_folder) return {};
        if (!facts && !is_missing(facts.error())) return facts.error();
        if (!facts) {
            const auto made = shown_.make_folder(step.path, mode_while_filled(step.entry));
            if (made) return {};
            return made.error();
        }
        const auto name = RelPath::parse_name("folder").value();
        const auto made = fresh_.make_folder(name, mode_while_filled(step.entry));
        if (!made) return made.error();
        const auto swapped = fresh_.exchange(name, shown_, step.path);
        return swapped ? fresh_.remove_tree(name) : swapped;
    }

    Status remove(const RelPath& path) {
        const auto removed = shown_.remove_tree(path);
        return removed || is_missing(removed.error()) ? Status() : removed;
    }

    const BlobStore* blobs_;
    std::unordered_set<Digest> damaged_;
    Folder trees_;
    RelPath waiting_;
    Folder shown_, fresh_;
};

// Names on disk that the generation does not have; only a checkout that starts from nothing is searched for
// them.
Status find_strangers(const Folder& folder, const RelPath& path, Entries& entries, const TreeRow& tree,
                      std::vector<EntryChange>& changes) {
    const auto here = folder.folder(path);
    if (!here) return here.error();
    const auto items = here->items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto item_path = path / RelPath::parse_name(item.name).value();
        const auto kind = item.facts.is_folder ? EntryKind::folder : EntryKind::file;
        const auto entry = entries.find(tree.id, tree.generation, item_path);
        if (!entry) {
            changes.push_back({item_path, Entry{.kind = kind}, std::nullopt});
        } else if (item.facts.is_folder && entry->kind == EntryKind::folder) {
            const auto found = find_strangers(folder, item_path, entries, tree, changes);
            if (!found) return found;
        }
    }
    return {};
}

std::vector<CheckoutStep> steps_for(Entries& entries, const TreeRow& tree, std::vector<EntryChange> changes) {
    add_folders_above(changes, [&](const RelPath& path) -> std::optional<EntryChange> {
        const auto entry = entries.find(tree.id, tree.generation, path);
        if (!entry || entry->kind != EntryKind::folder) return std::nullopt;
        return EntryChange{path, entry, entry};
    });
    return order_checkout(changes);
}

// Names of the tree, one by one, and the folders above them.
Status step_through(Store& store, const TreeRow& tree, const std::vector<PathEntry>& items,
                    Status (Checkout::*take)(const CheckoutStep&)) {
    auto checkout = Checkout::open(store, tree.name);
    if (!checkout) return checkout.error();
    std::vector<EntryChange> changes;
    changes.reserve(items.size());
    for (const auto& item : items)
        changes.push_back({item.path, item.entry, item.entry});
    for (const auto& step : steps_for(store.catalogue().entries(), tree, std::move(changes))) {
        const auto done = ((*checkout).*take)(step);
        if (!done) return done.error().within("the checkout of " + tree.name);
    }
    return checkout->finish();
}

// From what it shows to what it shall show.
Status take_steps(Store& store, const TreeRow& tree, Progress& progress) {
    auto& catalogue = store.catalogue();
    auto checkout = Checkout::open(store, tree.name);
    if (!checkout) return checkout.error();
    auto changes = catalogue.entries().touched(tree.id, tree.checkout, tree.generation);
    if (tree.checkout == 0) {
        const auto found = find_strangers(checkout->shown(), RelPath(), catalogue.entries(), tree, changes);
        if (!found) return found;
    }
    const auto steps = steps_for(catalogue.entries(), tree, std::move(changes));
    progress.start("checkout", steps.size());
    for (const auto& step : steps) {
        auto may_go_on = progress.go_on();
        if (!may_go_on) return may_go_on;
        progress.at(step.path.str());
        auto done = checkout->apply(step);
        // A damaged store must not keep everything else from being shown; verify tells of it and repairs it.
        const bool blob_missing = !done && step.entry.kind == EntryKind::file && step.entry.digest &&
                                  !store.blobs().has(*step.entry.digest);
        if (!done && !blob_missing) return done.error().within("the checkout of " + tree.name);
        progress.file_done();
    }
    return checkout->finish();
}

Status bring(Store& store, const TreeRow& tree, Dressing& dressing, Progress& progress) {
    const auto dressed = dressing.for_checkout(tree);
    if (!dressed) return dressed.error().within("the checkout of " + tree.name);
    const auto built = tree.checkout == 0 ? build_fresh_checkout(store, tree, progress) : Result<bool>(false);
    if (!built) return built.error();
    return *built ? Status() : take_steps(store, tree, progress);
}

// Somebody took it away, though there is something to show.
bool is_gone(Store& store, const TreeRow& tree) {
    const auto row = store.catalogue().trees().generation(tree.id, tree.generation);
    const auto trees = store.folder().folder(RelPath::parse("trees").value());
    if (!trees) return trees.error().is(errc::no_such_file_or_directory);
    return row && row->entries > 0 && shows_nothing(*trees, RelPath::parse_name(tree.name).value());
}

// Then each name is looked at, and not only those that changed.
void show_all_anew(Store& store, TreeRow& tree) {
    store.catalogue().trees().set_checkout(tree.id, 0);
    tree.checkout = 0;
}

}  // namespace

Status bring_checkout(Store& store, const std::string& name, Progress& progress) {
    auto tree = store.catalogue().trees().find(name);
    if (!tree || tree->generation == 0) return {};
    if (tree->checkout != 0 && is_gone(store, *tree)) show_all_anew(store, *tree);
    if (tree->checkout == tree->generation) return {};
    const auto turn = store.turn_at_checkouts();
    Dressing dressing(store, progress);
    auto brought = bring(store, *tree, dressing, progress);
    // It is not what the catalogue says that it shows: a folder that somebody took away, a link in its place.
    const bool may_mend = !brought && tree->checkout != 0 && !is_of_the_disk(brought.error());
    if (may_mend && progress.go_on()) {
        show_all_anew(store, *tree);
        brought = bring(store, *tree, dressing, progress);
    }
    // The links must be on disk before the catalogue says that they are.
    if (brought) brought = store.blobs().sync();
    if (brought) dressing.remember();
    if (brought) store.catalogue().trees().set_checkout(tree->id, tree->generation);
    return brought;
}

Status show_anew(Store& store, const std::vector<Digest>& digests, Progress& progress) {
    if (digests.empty()) return {};
    const auto turn = store.turn_at_checkouts();
    Dressing dressing(store, progress);
    const auto dressed = dressing.for_contents(digests);
    if (!dressed) return dressed;
    auto& catalogue = store.catalogue();
    for (const auto& tree : catalogue.trees().all()) {
        if (tree.checkout != tree.generation) continue;
        std::vector<PathEntry> items;
        for (const auto& digest : digests)
            for (auto& item : catalogue.entries().paths_of(tree.id, tree.generation, digest))
                items.push_back(std::move(item));
        const auto done = items.empty() ? Status() : step_through(store, tree, items, &Checkout::apply);
        if (!done) return done;
    }
    const auto synced = store.blobs().sync();
    if (synced) dressing.remember();
    return synced;
}

Status keep_apart(Store& store, const Digest& digest, const Dress& now, const ToShow& what) {
    auto& catalogue = store.catalogue();
    for (const auto& tree : catalogue.trees().all()) {
        if (tree.checkout == 0) continue;
        const auto number = tree.id == what.tree ? what.shown : tree.generation;
        auto items = catalogue.entries().paths_of(tree.id, number, digest);
        std::erase_if(items, [&](const PathEntry& item) {
            return Dress{item.entry.mode, item.entry.mtime} != now;
        });
        const auto done = items.empty() ? Status() : step_through(store, tree, items, &Checkout::part);
        if (!done) return done;
    }
    return {};
}

Status drop_checkout(Store& store, const std::string& tree) {
    const auto row = store.catalogue().trees().find(tree);
    if (!row || row->checkout == 0) return {};
    const auto turn = store.turn_at_checkouts();
    for (const auto& name : {"trees/" + tree, "trees/." + tree + ".new"}) {
        const auto removed = store.folder().remove_tree(RelPath::parse(name).value());
        if (!removed) return removed;
    }
    store.catalogue().trees().set_checkout(row->id, 0);
    return {};
}

}  // namespace mirrorseed::sync
