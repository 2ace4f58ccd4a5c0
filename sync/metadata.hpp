// What must be read before a plan is final: the checksum lists of a tree, say.
//
// A run asks what it wants of the listing, has that brought before everything else, and lets it change the
// listing by what it read: digests and sizes, say, that the upstream's own listing does not tell. Then the
// plan is made again and the question is asked again, until it wants nothing more.
#pragma once

#include "sync/fetcher.hpp"
#include "sync/listing.hpp"
#include "sync/plan.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

class Metadata {
public:
    virtual ~Metadata() = default;

    // In the listing's order; a list without any is read() all the same, from what is here. Nothing: it knows
    // enough.
    virtual std::optional<std::vector<Plan::Fetch>> wants(Listing& listing, const Plan& plan) = 0;
    // What it wanted came, but for what `came` says is missing. An error only for a reason of our own.
    virtual Status read(Listing& listing, const Plan& plan, const FetchResult& came) = 0;
};

}  // namespace mirrorseed::sync
