#include "sync/run/catalogue_listing_memory.hpp"

#include "sync/http/page_memory.hpp"

#include <algorithm>
#include <map>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t most_pending = 1000;
constexpr std::size_t most_pending_bytes = 16 << 20;

}  // namespace

std::string CatalogueListingMemory::recall(const RelPath& folder) {
    if (use_ == Use::afresh) return {};
    return catalogue_.listings().recall(tree_, upstream_, folder);
}

void CatalogueListingMemory::keep(const RelPath& folder, std::string_view remembered) {
    if (use_ == Use::look_up) return;
    pending_.emplace_back(folder, remembered);
    pending_bytes_ += remembered.size();
    if (pending_.size() >= most_pending || pending_bytes_ >= most_pending_bytes) write_pending();
}

void CatalogueListingMemory::write_pending() {
    if (pending_.empty()) return;
    auto transaction = catalogue_.begin();
    for (const auto& [folder, bytes] : pending_)
        catalogue_.listings().keep(tree_, upstream_, folder, bytes);
    transaction.commit();
    pending_.clear();
    pending_bytes_ = 0;
}

void CatalogueListingMemory::keep_only(const std::vector<RelPath>& folders) {
    if (use_ == Use::look_up) return;
    write_pending();
    std::vector<RelPath> gone;
    for (auto& kept : catalogue_.listings().folders(tree_, upstream_))
        if (!std::binary_search(folders.begin(), folders.end(), kept)) gone.push_back(std::move(kept));
    if (gone.empty()) return;
    auto transaction = catalogue_.begin();
    for (const auto& folder : gone)
        catalogue_.listings().keep(tree_, upstream_, folder, {});
    transaction.commit();
}

void CatalogueListingMemory::learn(const std::vector<Learned>& files) {
    if (use_ == Use::look_up) return;
    std::map<RelPath, std::string> by_folder;
    for (const auto& [path, entry, validator] : files) {
        // A mark that went out with a listing comes back with files that are still the same.
        const auto mark = parse_mark(validator);
        by_folder[path.parent()] +=
            pack_learned(path.name(), {.size = entry.size,
                                       .mtime = entry.mtime,
                                       .digest = *entry.digest,
                                       .validator = mark ? mark->validator : validator});
    }
    for (const auto& [folder, bytes] : by_folder)
        catalogue_.listings().add(tree_, upstream_, folder, bytes);
}

}  // namespace mirrorseed::sync
