// The end of a run: what came becomes a candidate, which is published, or waits for a person, or is dropped
// because it is what is published anyway.
//
// The decisions are in sync/run/hold_back.hpp, sync/checksums/checksum_sets.hpp, sync/checksums/doubt.hpp and
// sync/run/candidate_fate.hpp.
#pragma once

#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/candidate_fate.hpp"
#include "sync/run/doubtful_files.hpp"
#include "sync/run/run_parts.hpp"
#include "sync/run/surroundings.hpp"
#include "sync/run/tree_listing.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

// What a run brought.
struct Brought {
    const TreeListing& listed;
    const Plan& plan;
    const FetchResult& fetched;
    ChecksumSets& sets;  // are told which files are bad
    const Doubtful& doubtful;
    const std::vector<Digest>& replaced;  // contents that were here already, damaged, and came again
    Bytes transferred;
    bool is_adopted;  // a folder was, and no upstream was asked
};

class RunEnding {
public:
    // All of them outlive it. `upstream`: its name; `started`: when the run did.
    RunEnding(const Surroundings& around, Publisher& publisher, const std::string& upstream, UnixTime started)
        : around_(around), publisher_(publisher), upstream_(upstream), started_(started) {}

    Ended with(const Brought& brought);
    // The listing is what it was when the tree was found to be all of it.
    Ended as_before(const TreeListing& listed);
    // The plan changes nothing.
    Ended unchanged(const TreeListing& listed, const Plan& plan);

private:
    Ended stay(const TreeListing& listed, Ended ended);
    Status leave_as_it_is();
    Status publish_empty(const TreeListing& listed, Ended& ended);
    Status decide(const Brought& brought, Ended& ended);
    void hold(const std::string& why, Ended& ended);
    static void tell_bad_files(const Brought& brought, Ended& ended);
    Ended with_warnings(Ended ended, const KeepsDoubt& keeps);
    Result<GenerationRow> build(const Brought& brought, OldNames kept);
    void note_not_held(const TreeListing& listed, Generation number, std::vector<NotHeldFile> beside);
    Status publish(const Brought& brought, GenerationRow row, bool is_level, Ended& ended);
    void finish(const TreeListing& listed, const std::vector<StagedFile>& kept, Match match, Ended& ended);
    Status enough_room_for_copies() const;
    Status put_trace(const Brought& brought, GenerationRow& row);

    const Surroundings& around_;
    Publisher& publisher_;
    const std::string& upstream_;
    UnixTime started_;
};

}  // namespace mirrorseed::sync
