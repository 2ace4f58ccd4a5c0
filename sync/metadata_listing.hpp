// Metadata that is the listing: what a distribution publishes about itself names every file of a selection,
// so that nothing is crawled.
//
// It names the files that it must read; each is brought and handed over, until it wants nothing more. Then it
// answers the entries that it selects. Digests and sizes are known there, times perhaps not.
#pragma once

#include "core/digest.hpp"
#include "core/system/folder.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace mirrorseed::sync {

struct NamedFile {
    RelPath path;
    std::optional<Digest> digest{};  // where other metadata told it
    Bytes most = Bytes{1} << 30;     // a larger one is not brought
};

class MetadataListing {
public:
    virtual ~MetadataListing() = default;

    // To be brought next; empty: it knows enough.
    virtual std::vector<NamedFile> wants() = 0;
    // One of those: its content, or why it could not be had. An error ends the listing, Fault::changed for
    // the moment alone.
    virtual Status read(const NamedFile& file, const Result<Descriptor>& content) = 0;
    // All that it selects, finished. Which of the files that it read belong to the tree is for it to say.
    virtual Result<Listing> select() = 0;
};

// One for each listing of a tree; empty for a tree that its upstream lists.
using MetadataOfTree = std::function<std::unique_ptr<MetadataListing>()>;

// The contents of named files, in their order.
using BringNamed =
    std::function<Result<std::vector<Result<Descriptor>>>(const std::vector<NamedFile>& files)>;
// An error too when it wants more and more.
Result<Listing> listing_by(MetadataListing& metadata, const BringNamed& bring);

}  // namespace mirrorseed::sync
