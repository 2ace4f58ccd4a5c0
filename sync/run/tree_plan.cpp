#include "sync/run/tree_plan.hpp"

#include "sync/better_told.hpp"
#include "sync/run/known_blobs.hpp"

namespace mirrorseed::sync {
namespace {

class NoEntries final : public EntrySource {
public:
    const NamedEntry* next(std::string_view&) override { return nullptr; }
};

}  // namespace

void recall(Catalogue& catalogue, const TreeRow& tree, const Wish& wish, Listing& listing) {
    auto& contents = catalogue.contents();
    contents.each_staged(tree.id, [&](const StagedFile& file) { recall_staged(listing, file); });
    const auto tells = listing.tells();
    if (tree.generation == 0 || (tells.links && tells.modes)) return;
    std::vector<RelPath> leaving;
    for (auto& item : contents.left_out(tree.id))
        if (!wish.full && !tells.links && item.reason == leaves_the_tree)
            leaving.push_back(std::move(item.path));
    keep_what_was_told_better(listing, *catalogue.entries().all(tree.id, tree.generation), leaving);
    for (auto& path : leaving)
        listing.leave_out(std::move(path), leaves_the_tree);
}

Plan plan_tree_sync(Catalogue* catalogue, const BlobStore* blobs, const TreeRow& tree, const Wish& wish,
                    const Listing& listing, const std::unordered_set<RelPath>& superseded) {
    Known known;
    known.superseded = superseded;
    if (catalogue == nullptr || tree.id == 0) {
        NoEntries nothing;
        return plan_sync(listing, nothing, known, wish.max_delete);
    }
    auto& contents = catalogue->contents();
    for (auto& item : contents.left_out(tree.id))
        if (item.withdrawn) known.withdrawn.emplace(item.path, *item.withdrawn);
    known.blob_size = known_blobs(*catalogue, blobs, tree.id, listing);
    const auto current = catalogue->entries().all(tree.id, tree.generation);
    return plan_sync(listing, *current, known, wish.max_delete);
}

}  // namespace mirrorseed::sync
