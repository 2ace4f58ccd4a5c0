#include "sync/metadata_listing.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

// An index of indices of indices is as deep as any distribution goes.
constexpr int most_steps = 16;

}  // namespace

bool VouchedContent::is(std::string_view text) const {
    if (size && *size != text.size()) return false;
    return std::all_of(sums.begin(), sums.end(), [&](const Checksum& sum) {
        ChecksumMaker maker(sum.kind);
        maker.see(as_bytes(text));
        return maker.finish() == sum;
    });
}

Result<Selected> listing_by(MetadataListing& metadata, const BringNamed& bring) {
    int steps = 0;
    for (auto wanted = metadata.wants(); !wanted.empty(); wanted = metadata.wants()) {
        if (++steps > most_steps)
            return Error(Fault::bad_input, "the upstream's metadata names more without end");
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
