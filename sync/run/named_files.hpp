// Files that are wanted by name, before there is a listing that tells of them.
#pragma once

#include "sync/fetch_result.hpp"
#include "sync/metadata_listing.hpp"
#include "sync/upstream.hpp"

#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

// Where they come to: a tree's store (sync/run/stored_named_files.hpp), or a place that a plan has for itself
// (sync/run/planned_named_files.hpp).
class NamedPlace {
public:
    virtual ~NamedPlace() = default;

    // A sound content of that digest is here.
    virtual bool holds(const Digest& digest) const = 0;
    // What the tree has under this name, with its digest.
    virtual std::optional<Entry> current(const RelPath& path) const = 0;
    // That, or what the upstream gave under this name for a generation to come, where it is this content.
    virtual std::optional<Entry> as_sent(const RelPath& path, const Digest& digest) const = 0;
    virtual void note_sent(const PathEntry& file) = 0;
    // A content that came for this tree, and was it.
    virtual std::optional<Digest> content_of(const Checksum& sum) const = 0;
    // What is fetched under this name must be that.
    virtual void expect(const RelPath& path, const Checksum& sum) = 0;
    virtual Result<FetchResult> fetch(Upstream& upstream, Listing& listing,
                                      const std::vector<Plan::Fetch>& wanted) = 0;
    virtual Result<Descriptor> open(const Digest& digest) const = 0;
};

class NamedFiles {
public:
    // All of them outlive it. `afresh`: what is here is no reason not to bring a file that has no digest.
    NamedFiles(Upstream& upstream, NamedPlace& place, bool afresh, Progress& progress)
        : upstream_(upstream), place_(place), afresh_(afresh), progress_(progress) {}

    // Asks the upstream for what is not here as it is there, or as its digest says.
    Result<std::vector<Result<Descriptor>>> bring(const std::vector<NamedFile>& files);

    // The listing learns what was looked at or came, of the files that it selects, under all of their names.
    void teach(Listing& listing) const;
    // Sums become digests, where their contents are known; the others are expected from now on.
    void settle(const ExpectedSums& sums, Listing& listing);

private:
    bool is_here(const NamedFile& file);
    void judge(const NamedFile& file, const std::optional<Entry>& now);
    Status fetch_what_is_missing();
    void withhold(const RelPath& path, Fault fault, const std::string& why);
    std::optional<Digest> digest_of(const NamedFile& file) const;
    bool is_as(const Entry& here, const Entry& now, const NamedFile& wanted) const;
    std::vector<Entry> sent_before(const Listing& listing) const;
    void teach_other_name(Listing& listing, Listing::Place place,
                          const std::unordered_map<Digest, const Entry*>& came) const;
    Result<Descriptor> content_of(const NamedFile& file) const;

    Upstream& upstream_;
    NamedPlace& place_;
    bool afresh_;
    Progress& progress_;
    std::unordered_map<RelPath, Entry> known_;    // with their digests
    std::unordered_map<RelPath, Entry> missing_;  // until they come
    std::unordered_map<RelPath, Error> faults_;
    // Of contents that were here, under whichever name.
    std::unordered_set<Digest> here_;
};

}  // namespace mirrorseed::sync
