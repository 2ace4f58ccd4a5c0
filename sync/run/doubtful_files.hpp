// Files that a list beside them contradicts, where the list does not decide: told once their bytes came
// twice, and kept waiting before.
//
// What becomes of each is decided in sync/checksums/doubt.hpp.
#pragma once

#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/run/surroundings.hpp"
#include "sync/run/tree_fetch.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mirrorseed::sync {

struct Doubtful {
    std::vector<LeftOut> waiting;  // files that stay as they are for now, and why
    std::vector<RelPath> names;    // those, with what contradicts them
    std::vector<StagedFile> kept;  // of those: came, and need not come again
};

// `checked`: the upstream's protocol compares what came with what it sent. What is found is remembered.
Doubtful doubt_files(const Surroundings& around, TreeFetch& fetching, const std::string& upstream,
                     bool checked, Listing& listing, const FetchResult& fetched, const ChecksumSets& sets);

// What the published generation shows of them, by path; of the others those are forgotten that need not be
// kept for what waits.
using KeepsDoubt = std::function<bool(const RelPath& path)>;
std::vector<LeftOut> shown_doubts(Store& store, const TreeRow& tree, const KeepsDoubt& keeps);

}  // namespace mirrorseed::sync
