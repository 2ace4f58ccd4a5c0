#include "sync/run/tree_plan.hpp"

#include "sync/run/known_blobs.hpp"

namespace mirrorseed::sync {
namespace {

class NoEntries final : public EntrySource {
public:
    const NamedEntry* next(std::string_view&) override { return nullptr; }
};

}  // namespace

void recall_staged(Contents& contents, const TreeRow& tree, Listing& listing) {
    contents.each_staged(tree.id, [&](const StagedFile& file) { recall_staged(listing, file); });
}

Plan plan_tree_sync(Catalogue* catalogue, const BlobStore* blobs, const TreeRow& tree, const Wish& wish,
                    const Listing& listing) {
    Known known;
    if (catalogue == nullptr || tree.id == 0) {
        NoEntries nothing;
        return plan_sync(listing, nothing, known, wish.max_delete);
    }
    auto& contents = catalogue->contents();
    for (auto& item : contents.left_out(tree.id))
        if (item.withdrawn) known.withdrawn.emplace(item.path, *item.withdrawn);
    known.blob_size = known_blobs(contents, blobs, listing);
    const auto current = catalogue->entries().all(tree.id, tree.generation);
    return plan_sync(listing, *current, known, wish.max_delete);
}

}  // namespace mirrorseed::sync
