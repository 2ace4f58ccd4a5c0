// The heart of sync: a listing against the current generation.
//
// Pure. Answers which contents must be fetched, which are here already, which
// names go, and whether the whole must wait for a person.
#pragma once

#include "core/entry.hpp"
#include "core/store/catalogue_contents.hpp"
#include "core/store/catalogue_entries.hpp"
#include "sync/delete_limit.hpp"
#include "sync/listing.hpp"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

// What is here already, besides the current generation.
struct Known {
    std::unordered_map<RelPath, StagedFile>
        withdrawn;                           // refused contents, as they were when they were refused
    std::unordered_set<RelPath> superseded;  // names that go for something newer
    // Nothing for a content that is not stored, or that a file of this name may not have by its digest alone.
    std::function<std::optional<Bytes>(const RelPath&, const Digest&)> blob_size =
        [](const RelPath&, const Digest&) { return std::nullopt; };
    // Nobody knows the digests of what is current, in a plain folder, where size and second must do.
    bool by_facts = false;
};

// Is a file of these facts the other, as far as size and time tell? Not every file system, and no protocol,
// keeps more than the second.
bool same_size_and_second(const Entry& a, const Entry& b);

// Files that an earlier run fetched and did not publish: the listing learns their digests where it still
// lists what was fetched, and their times where it tells a digest and no time. Where it tells a name alone
// the upstream must be asked.
void recall_staged(Listing& listing, const StagedFile& file);

struct Amount {
    std::uint64_t files = 0;
    Bytes bytes = 0;
    void add(const Entry& entry) {
        files += entry.kind == EntryKind::file ? 1 : 0;
        bytes += entry.size;
    }
    Amount& operator+=(const Amount& more) noexcept {
        files += more.files;
        bytes += more.bytes;
        return *this;
    }
    Amount& operator-=(const Amount& less) noexcept {
        files -= less.files;
        bytes -= less.bytes;
        return *this;
    }
    bool operator==(const Amount&) const = default;
};

struct Plan {
    struct Fetch {
        Listing::Place place;
        bool replaces;     // the tree has a file of that name now
        Bytes size_now{};  // of that
    };
    // What a file that is here is, where that is better known than the listing tells.
    struct Sure {
        Listing::Place place;
        Bytes size;
        FileTime mtime;
        std::optional<Digest> digest;
    };
    std::vector<Fetch> fetch;  // files whose content must come from the upstream
    std::vector<Listing::Place>
        ready;               // nothing has to come for them: folders, links, and files whose content is here
    std::vector<Sure> sure;  // of those
    std::vector<PathEntry> remove;  // names of the current generation that go, as they are in it
    std::vector<LeftOut> left_out;

    Amount fetched, reused, removed;
    Amount
        superseded;  // of the removed: what goes with every update, as indices under names of their own sums
    Amount hidden;   // files that nobody will see any more
    Amount shrunk;   // files that become empty, and bytes that go from others; of those here already
    Amount current, total;    // of the current generation, and of what comes after it
    std::uint64_t names = 0;  // of every kind, after it
    std::uint64_t added = 0, changed = 0, dropped = 0;   // files and links
    std::uint64_t current_names = 0, removed_names = 0;  // files and links, as max_delete counts them
    std::uint64_t idle = 0;   // of the ready: folders of which nothing changed but the time
    std::string held_reason;  // for deletions; empty: may be published
    std::string backwards;    // how the upstream is older than the tree; empty: it is not, as far as shown

    // A folder's time moves with every file in it that nobody selected, so alone it makes no generation.
    bool changes_nothing() const { return fetch.empty() && remove.empty() && ready.size() == idle; }
};

Plan plan_sync(const Listing& listing, EntrySource& current, const Known& known, const DeleteLimit& limit);

// The listing learns what the plan is sure of, so that rows can be written from it.
void teach(Listing& listing, const Plan& plan);

// What the tree would lose in files that stay: of those that are fetched as much as the listing is sure of,
// which is all of it once they came.
Amount shrunk_by(const Plan& plan, const Listing& listing);

// Why so many deletions, or such a loss, wait for a person; empty when they need not.
std::string held_for_deletions(const Plan& plan, const Amount& shrunk, const DeleteLimit& limit);

}  // namespace mirrorseed::sync
