// The memory of one upstream's listings, in the catalogue (core/store/catalogue_listings.hpp).
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/listing_memory.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

class CatalogueListingMemory final : public ListingMemory {
public:
    enum class Use {
        remember,
        afresh,   // what is there is not believed, and written anew
        look_up,  // what is there is used, and stays as it is: for plans, and catalogues that cannot be
                  // written
    };

    // `upstream` is its URL without credentials. The catalogue outlives the memory, and nobody else uses it
    // meanwhile from another thread.
    CatalogueListingMemory(Catalogue& catalogue, TreeId tree, std::string upstream, Use use)
        : catalogue_(catalogue), tree_(tree), upstream_(std::move(upstream)), use_(use) {}

    std::string recall(const RelPath& folder) override;
    // Written a thousand folders at a time, and the last of them by keep_only().
    void keep(const RelPath& folder, std::string_view remembered) override;
    void keep_only(const std::vector<RelPath>& folders) override;
    void learn(const std::vector<Learned>& files) override;

private:
    void write_pending();

    Catalogue& catalogue_;
    TreeId tree_;
    std::string upstream_;
    Use use_;
    std::vector<std::pair<RelPath, std::string>> pending_;
    std::size_t pending_bytes_ = 0;
};

}  // namespace mirrorseed::sync
