#include "sync/metadata_listing.hpp"

namespace mirrorseed::sync {

Result<Listing> listing_by(MetadataListing& metadata, const BringNamed& bring) {
    for (auto wanted = metadata.wants(); !wanted.empty(); wanted = metadata.wants()) {
        const auto contents = bring(wanted);
        if (!contents) return contents.error();
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto read = metadata.read(wanted[i], (*contents)[i]);
            if (!read) return read.error();
        }
    }
    return metadata.select();
}

}  // namespace mirrorseed::sync
