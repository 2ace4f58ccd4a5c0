// What follows a commit and does not change what it published: manifest, checkout, forgetting, hooks,
// notifications.
//
// Each step can fail by itself, and is done later then. Steps have names that users meet in `sync --json` and
// in status.
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue_trees.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

struct DoneStep {
    Generation generation = 0;
    std::string step;
};

struct UnfinishedStep {
    Generation generation = 0;
    std::string step;
    Error error;
};

struct Followed {
    std::vector<DoneStep> done{};
    std::vector<UnfinishedStep> unfinished{};

    // A step whose trouble, thrown or not, is no reason to leave out the next one. True when it went well.
    template <class Work>
    bool attempt(Generation generation, std::string_view step, Work&& work) {
        auto status = Status();
        try {
            status = std::forward<Work>(work)();
        } catch (const Failure& failure) {
            status = failure.error();
        }
        if (!status) unfinished.push_back({generation, std::string(step), status.error()});
        return status.has_value();
    }

    void add(Followed other) {
        done.insert(done.end(), other.done.begin(), other.done.end());
        unfinished.insert(unfinished.end(), other.unfinished.begin(), other.unfinished.end());
    }
};

}  // namespace mirrorseed::sync
