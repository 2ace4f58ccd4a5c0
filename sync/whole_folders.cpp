#include "sync/whole_folders.hpp"

namespace mirrorseed::sync {

std::uint32_t WholeFolders::files_beside(std::size_t index) {
    const auto place = wanted_[index].place;
    if (place.entry == 0) {
        folder_ = place.folder;
        files_ = files_from(index);
    }
    return folder_ == place.folder ? files_ : 0;
}

// The wanted are in order, so the first and the last of the folder tell.
std::uint32_t WholeFolders::files_from(std::size_t index) const {
    const auto at = wanted_[index].place.folder;
    const auto& folder = listing_.folders()[at];
    const auto size = static_cast<std::uint32_t>(folder.size());
    const bool all = folder.is_whole() && index + size <= wanted_.size() &&
                     wanted_[index + size - 1].place == Listing::Place{at, size - 1};
    return all ? size : 0;
}

}  // namespace mirrorseed::sync
