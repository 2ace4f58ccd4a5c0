// From the indices of all suites to the files of the pool that are held: the pool is shared, so it is their
// union.
#pragma once

#include "core/system/folder.hpp"
#include "sync/debian/index_choice.hpp"
#include "sync/debian/package_choice.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/unpacking.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace mirrorseed::sync::debian {

class PoolChoice {
public:
    struct Held {
        Bytes size = 0;
        Digest digest{};
    };

    enum class Tells { held, not_held_too };
    explicit PoolChoice(const PackageWish& wish, Tells tells = Tells::held) : wish_(wish), tells_(tells) {}

    // Fault::bad_input for an index that is damaged, or contradicts what was read before.
    // `part`: what the index is of.
    Status read(const std::string& part, ChosenIndex::Kind kind, const Descriptor& index, Packing packing);
    // What the packages need, once all indices are read: those that cannot be had.
    Result<std::vector<std::string>> add_dependencies();
    const std::unordered_map<RelPath, Held>& files() const noexcept { return files_; }
    // What the indices name besides, where that is told.
    std::vector<NotHeldFile> not_held() const;
    // In the order in which they were read.
    const std::vector<SelectedPart>& parts() const noexcept { return parts_; }

private:
    Status take(ChosenIndex::Kind kind, std::vector<Package> packages);
    Status hold(const Package& package, std::size_t part);

    const PackageWish& wish_;
    Tells tells_;
    std::unordered_map<RelPath, Held> files_;
    std::unordered_map<RelPath, Held> named_;  // all of them, where what is not held is told
    std::vector<SelectedPart> parts_;
    std::vector<Package> all_;          // where dependencies are wanted
    std::vector<std::size_t> part_of_;  // of those
    std::vector<std::size_t> chosen_;
};

}  // namespace mirrorseed::sync::debian
