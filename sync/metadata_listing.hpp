// Metadata that is the listing: what a distribution publishes about itself names every file of a selection,
// so that nothing is crawled.
//
// It names the files that it must read; each is brought and handed over, until it wants nothing more. Then it
// answers the entries that it selects. Digests and sizes are known there, times perhaps not.
// What the tree has already may be asked for, to see whether the upstream went back in time.
#pragma once

#include "core/digest.hpp"
#include "core/glob.hpp"
#include "core/store/catalogue_not_held.hpp"
#include "core/system/folder.hpp"
#include "sync/expected_sums.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

struct NamedFile {
    RelPath path;
    std::optional<Digest> digest{};  // where other metadata told it
    std::optional<Checksum> sum{};   // where that told another kind of checksum alone
    Bytes most = Bytes{1} << 30;     // a larger one is not brought
};

// One part of a selection, for whoever wants to know how large it is: a suite's component for an
// architecture, say.
struct SelectedPart {
    std::string name{};
    std::uint64_t files = 0;  // that no part before it has
    Bytes bytes = 0;
};

// A file that is to be signed, once it came.
struct SignedFile {
    RelPath path;
    RelPath signature;        // a file of the listing, perhaps
    std::string otherwise{};  // the signature where that is not there
};

struct SignedFiles {
    std::vector<SignedFile> files{};
    // Fault::bad_input when it is not signed well.
    std::function<Status(const Descriptor& content, std::string_view signature)> judge{};
};

// Files that come together or not at all, whatever becomes of others.
struct FileSet {
    RelPath folder;  // by which it is told of
    std::vector<RelPath> files{};
    std::vector<RelPath> replaced{};  // names that go from the tree, and may go for these
};

struct Selected {
    Listing listing{};    // finished; which of the files that were read belong to the tree is for it to say
    ExpectedSums sums{};  // of files of the listing whose digests are not told
    std::string held_reason{};  // why a person should look first; or empty
    std::vector<SelectedPart> parts{};
    std::vector<NotHeldFile> not_held{};  // what the metadata names besides, where that is asked for
    // All is as it was, and nothing is listed; or what the tree has, with other files that were read.
    bool is_as_before = false;
    std::unordered_set<RelPath> perhaps{};  // files that the upstream may not have, which is nobody's fault
    SignedFiles to_be_signed{};
    std::vector<FileSet> sets{};
    std::unordered_set<RelPath> superseded{};  // of what the tree has: goes for something newer
    bool is_whole = true;                      // nothing was left out that may be had a moment later
};

class MetadataListing {
public:
    virtual ~MetadataListing() = default;

    // To be brought next; empty: it knows enough.
    virtual std::vector<NamedFile> wants() = 0;
    // One of those: its content, or why it could not be had. An error ends the listing, Fault::changed for
    // the moment alone.
    virtual Status read(const NamedFile& file, const Result<Descriptor>& content) = 0;
    virtual Result<Selected> select() = 0;
};

// What somebody who is believed says that a file is.
struct VouchedContent {
    std::optional<Bytes> size{};
    std::vector<Checksum> sums{};  // one at least

    bool is(std::string_view text) const;
};

// A file as the tree has it now, opened.
using HeldFiles = std::function<std::optional<Descriptor>(const RelPath& path)>;

// An entry as the tree has it now.
using HeldEntry = std::function<std::optional<Entry>(const RelPath& path)>;
// What the tree has now, as its upstream would list it.
using HeldListing = std::function<Listing()>;
// What is right in a folder of the upstream; nothing where that does not tell links from what they lead to.
using NamesIn = std::function<Result<std::optional<PackedFolder>>(const RelPath& folder)>;

using ListUpstream = std::function<Result<Listing>(const Selection& selection)>;
// Of files that everybody may read in the upstream now, in their order; or nothing.
using Sizes = std::vector<std::optional<Bytes>>;
using SizesOf = std::function<Result<Sizes>(const std::vector<RelPath>& paths)>;

// What a listing by metadata may ask for.
struct MetadataSurroundings {
    HeldFiles held{};
    HeldEntry held_entry = [](const RelPath&) { return std::nullopt; };
    HeldListing held_listing{};
    NamesIn names_in = [](const RelPath&) { return std::optional<PackedFolder>(); };
    ListUpstream list{};
    std::function<bool(const RelPath& path)> is_excluded = [](const RelPath&) { return false; };
    SizesOf sizes_of{};
    bool tells_not_held = false;
    bool is_full = false;  // all is to be asked anew
    std::function<bool(const RelPath& path)> was_refused = [](const RelPath&) { return false; };
    bool has_all = false;  // the tree is all that such a listing selected a while ago, by the same wish
    UnixTime now = 0;
    // The root of the metadata must be one of these, the newest first; empty: nobody vouches for it.
    std::vector<VouchedContent> vouched{};
    std::stop_token stop{};
};

// One for each listing of a tree; empty for a tree that its upstream lists.
using MetadataOfTree = std::function<std::unique_ptr<MetadataListing>(const MetadataSurroundings& around)>;

// The contents of named files, in their order.
using BringNamed =
    std::function<Result<std::vector<Result<Descriptor>>>(const std::vector<NamedFile>& files)>;
// An error too when it wants more and more.
Result<Selected> listing_by(MetadataListing& metadata, const BringNamed& bring);

}  // namespace mirrorseed::sync
