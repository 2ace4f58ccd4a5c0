#include "sync/generation/upkeep.hpp"

#include "core/store/manifest.hpp"
#include "sync/generation/forget.hpp"
#include "sync/generation/on_demand_budget.hpp"
#include "sync/generation/on_demand_leftovers.hpp"
#include "sync/generation/publisher.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace mirrorseed::sync {
namespace {

constexpr Bytes room_for_rows = 2 << 20;

class Collector {
public:
    Collector(Store& store, Progress& progress) : store_(store), progress_(progress) {}

    // Files that a crash left before their rows were committed, or after these were gone: all blobs are
    // looked at where the catalogue says that there may be some. Freeing them writes nothing, so it works on
    // a full disk too, and makes the room that the rest needs.
    Status free_strangers(UnixTime now) {
        const auto cleaned = store_.blobs().remove_leftovers();
        if (!cleaned) return cleaned;
        const auto staged =
            remove_on_demand_leftovers(store_.folder(), RelPath::parse("staging/.on-demand").value(), now);
        if (!staged) return staged;
        namings_ = store_.catalogue().contents().namings();
        if (!namings_.empty()) return walk_all();
        const auto stored = store_.catalogue().contents().stored();
        result_.kept = {stored.files, stored.bytes};
        return {};
    }

    void keep_to(const BudgetOf& budget) {
        auto& catalogue = store_.catalogue();
        auto transaction = catalogue.begin();
        for (const auto& tree : catalogue.trees().all())
            for (const auto& content : let_go_of(catalogue.on_demand().all(tree.id), budget(tree.name)))
                catalogue.on_demand().let_go(tree.id, content);
        transaction.commit();
    }

    // The rows go before the files: a file without a row is found again, a row without a file is damage.
    Status free_unneeded(const GraceOf& grace, UnixTime now) {
        auto& contents = store_.catalogue().contents();
        const auto unneeded = contents.unneeded(graced_at(grace, now), now);
        std::optional<Contents::Naming> naming;
        {
            auto transaction = store_.catalogue().begin();
            for (const auto walked : namings_)
                contents.end_naming(walked);
            if (!unneeded.empty()) naming = contents.begin_naming();
            for (const auto& row : unneeded)
                contents.forget_blob(row.digest);
            transaction.commit();
        }
        for (const auto& row : unneeded) {
            const auto removed = store_.blobs().remove(row.digest);
            if (!removed && !removed.error().is(boost::system::errc::no_such_file_or_directory))
                return removed;
            if (!removed) continue;  // it was lost before, and nothing is freed
            ++result_.freed.files;
            result_.freed.bytes += row.size;
            --result_.kept.files;
            result_.kept.bytes -= row.size;
        }
        if (naming) contents.end_naming(*naming);
        return {};
    }

    CollectResult result() const { return result_; }

private:
    // What left exactly that long ago is free, so that a grace of nothing keeps nothing.
    std::vector<Contents::Graced> graced_at(const GraceOf& grace, UnixTime now) {
        std::vector<Contents::Graced> graced;
        for (const auto& tree : store_.catalogue().trees().all())
            graced.push_back({tree.id, now - grace(tree.name).count() + 1});
        return graced;
    }

    Status walk_all() {
        std::vector<std::pair<Digest, Bytes>> strangers;
        const auto walked = store_.blobs().each([&](const Digest& digest, const FileFacts& facts) {
            progress_.file_done();
            if (store_.catalogue().contents().has_blob(digest)) {
                ++result_.kept.files;
                result_.kept.bytes += facts.size;
            } else {
                strangers.emplace_back(digest, facts.size);
            }
            return progress_.go_on();
        });
        if (!walked) return walked;
        for (const auto& [digest, size] : strangers) {
            const auto removed = store_.blobs().remove(digest);
            if (!removed) return removed;
            ++result_.freed.files;
            result_.freed.bytes += size;
        }
        return {};
    }

    Store& store_;
    Progress& progress_;
    std::vector<Contents::Naming> namings_;
    CollectResult result_;
};

// What the catalogue has forgotten would look like garbage.
Status nothing_is_lost(Store& store) {
    const auto manifests = Folder::open(store.places().store + "/manifests");
    if (!manifests) return manifests.error();
    const auto trees = manifests->items();
    if (!trees) return trees.error();
    for (const auto& tree : *trees) {
        if (!tree.facts.is_folder) continue;
        auto known = catalogue_knows_all(store, tree.name);
        if (!known) return known;
        const auto folder = Folder::open(store.places().manifests(tree.name));
        const auto newest = folder ? newest_head(*folder) : Result<NewestHead>(folder.error());
        if (!newest) return newest.error();
        if (newest->has_damaged)
            return Error(Fault::refused, "a manifest of " + tree.name +
                                             " is damaged, and what it named would be freed: "
                                             "sync the tree, then remove " +
                                             folder->path() + "/*.damaged");
    }
    return {};
}

}  // namespace

Result<CollectResult> collect_garbage(Store& store, const GraceOf& grace, const BudgetOf& budget,
                                      const Clock& clock, Progress& progress) {
    progress.start("gc");
    // A full disk has none for the rows that tell what was freed.
    const auto space = space_at(store.places().store);
    if (space && space->free < room_for_rows) Store::give_up_reserve(store.places());
    const auto safe = nothing_is_lost(store);
    if (!safe) return safe.error();
    const auto swept = sweep_forgotten(store.catalogue(), progress);
    if (!swept) return swept.error();
    Collector collector(store, progress);
    auto freed = collector.free_strangers(clock());
    if (freed) collector.keep_to(budget);
    if (freed) freed = collector.free_unneeded(grace, clock());
    if (!freed) return freed.error();
    return collector.result();
}

}  // namespace mirrorseed::sync
