// Files that are wanted by name, before there is a listing that tells of them.
#pragma once

#include "sync/metadata_listing.hpp"
#include "sync/run/surroundings.hpp"
#include "sync/run/tree_fetch.hpp"
#include "sync/upstream.hpp"

#include <unordered_map>
#include <vector>

namespace mirrorseed::sync {

class NamedFiles {
public:
    // All of them outlive it.
    NamedFiles(Upstream& upstream, const Surroundings& around, TreeFetch& fetching)
        : upstream_(upstream), around_(around), fetching_(fetching) {}

    // Asks the upstream for what is not here as it is there, or as its digest says.
    Result<std::vector<Result<Descriptor>>> bring(const std::vector<NamedFile>& files);

    // The listing learns what was looked at or came, of the files that it selects, under all of their names.
    void teach(Listing& listing) const;

private:
    Status look_at(const NamedFile& file);
    Status fetch_what_is_missing();
    void withhold(const RelPath& path, Fault fault, const std::string& why);
    bool is_as(const Entry& here, const Entry& now, const std::optional<Digest>& wanted) const;
    bool is_stored(const Digest& digest) const;
    std::optional<Entry> current(const RelPath& path) const;
    std::optional<Entry> as_sent(const RelPath& path, const Digest& digest) const;
    void teach_other_name(Listing& listing, Listing::Place place,
                          const std::unordered_map<Digest, const Entry*>& came) const;
    Result<Descriptor> content_of(const NamedFile& file) const;

    Upstream& upstream_;
    const Surroundings& around_;
    TreeFetch& fetching_;
    std::unordered_map<RelPath, Entry> known_;    // with their digests
    std::unordered_map<RelPath, Entry> missing_;  // until they come
    std::unordered_map<RelPath, Error> faults_;
};

}  // namespace mirrorseed::sync
