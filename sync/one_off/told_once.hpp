// Names that could not be had or not be shown: each is told once, with the reason that was found first.
//
// A run may fail for every name of a large tree, so a name is looked up and not searched for.
#pragma once

#include "core/store/catalogue_contents.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

template <typename Before = std::less<RelPath>>
class ToldOnce {
public:
    // Goes on behind what is told there already; it outlives this.
    explicit ToldOnce(std::vector<LeftOut>& told, Before before = {})
        : told_(told), known_(std::move(before)) {
        for (const auto& item : told_)
            known_.insert(item.path);
    }

    void tell(const RelPath& path, const std::string& reason) {
        if (known_.insert(path).second) told_.push_back({path, reason});
    }

private:
    std::vector<LeftOut>& told_;
    std::set<RelPath, Before> known_;
};

}  // namespace mirrorseed::sync
