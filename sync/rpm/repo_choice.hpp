// From the primary indices of all repositories to the packages that are held.
#pragma once

#include "core/system/folder.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/rpm/package_choice.hpp"
#include "sync/unpacking.hpp"

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace mirrorseed::sync::rpm {

class RepoChoice {
public:
    struct Held {
        Bytes size = 0;
        Checksum sum{};
    };

    enum class Tells { held, not_held_too };
    RepoChoice(const PackageWish& wish, Tells tells, std::stop_token stop)
        : wish_(wish), tells_(tells), stop_(std::move(stop)) {}

    // `repo`: the folder that its paths begin at. Fault::bad_input for an index that is damaged, or
    // contradicts what was read before.
    Status read(const RelPath& repo, const Descriptor& primary, Packing packing);
    const std::map<RelPath, Held>& files() const noexcept { return files_; }
    // What the indices name besides, where that is told.
    std::vector<NotHeldFile> not_held() const;
    // By repository and architecture, in the order in which they were read.
    const std::vector<SelectedPart>& parts() const noexcept { return parts_; }
    // Architectures that are asked for, and of which no repository has a package.
    std::vector<std::string> lacks() const;

private:
    Status hold(const RelPath& repo, const Package& package, SelectedPart& part);

    const PackageWish& wish_;
    Tells tells_;
    std::stop_token stop_;
    std::uint64_t told_ = 0;  // packages of all indices
    std::map<RelPath, Held> files_;
    std::map<RelPath, Held> named_;  // all of them, where what is not held is told
    std::vector<SelectedPart> parts_;
    std::set<std::string, std::less<>> seen_;  // architectures
};

}  // namespace mirrorseed::sync::rpm
