// What the generations of a tree hold.
//
// An entry's row says since which generation it holds and until which it held
// (the first that has it no more). A candidate's rows are written under the next
// number while readers ask with the published one, so they see none of it; an
// abandoned candidate is taken back row by row.
#pragma once

#include "core/entry.hpp"
#include "core/store/catalogue_trees.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mirrorseed {

class Database;

// One name's state in two generations; no state where it did not exist.
struct EntryChange {
    RelPath path;
    std::optional<Entry> before;
    std::optional<Entry> after;
};

// Why a name leaves: what an upstream lists has it no more; or something of ours, as a rollback, a withdrawal
// or what the config leaves out.
enum class Leaving { dropped_upstream, otherwise };

// What a name was last, where a generation does not have it any more.
struct LastState {
    Entry entry;
    Generation since = 0, until = 0;
    Leaving leaving = Leaving::otherwise;
};

// Hands out entries by folder (paths in raw byte order), and by name within each.
class EntrySource {
public:
    virtual ~EntrySource() = default;
    // The next entry, or nullptr. `folder` and the answer stay valid until the next call.
    virtual const NamedEntry* next(std::string_view& folder) = 0;
};

class Entries {
public:
    explicit Entries(Database& database) : db_(&database) {}

    // One name. The root is a folder that always exists.
    std::optional<Entry> find(TreeId tree, Generation generation, const RelPath& path);
    // Of a name that the generation does not have, by one look-up in the indices; nothing where it has it, or
    // no generation that is told of did.
    std::optional<LastState> last_state(TreeId tree, Generation generation, const RelPath& path);
    // What is in a folder, by name in raw byte order; hidden entries too. Empty when there is no such folder.
    std::vector<NamedEntry> in_folder(TreeId tree, Generation generation, const RelPath& folder);
    // All of it. The source uses this connection until it is destroyed.
    std::unique_ptr<EntrySource> all(TreeId tree, Generation generation);
    // Every name that any generation in (after, upto] touched, with its state in both; by path.
    std::vector<EntryChange> touched(TreeId tree, Generation after, Generation upto);

    // What a generation, or a candidate, changed of the one before it, in the order of all(): one walk,
    // without a look-up for each name, and nothing is remembered. `seen` may not write to the catalogue.
    void each_change(TreeId tree, Generation generation, const std::function<void(const EntryChange&)>& seen);

    // Where `digest` is named by this generation of the tree.
    std::vector<PathEntry> paths_of(TreeId tree, Generation generation, const Digest& digest);
    // Some published and readable entry of any tree, or a release that was not withdrawn, names the content.
    bool is_served(const Digest& digest);

    // Some tree has the content now, and only where it is hidden; no release that was not withdrawn names it.
    bool is_only_hidden(const Digest& digest);

    // Writing a candidate: rows under its number, on top of the generation before it.
    void put(TreeId tree, Generation candidate, const RelPath& folder, std::string_view name,
             const Entry& entry);
    // Looks up the contents of rows that will be put next. Look-ups in the order of the index are several
    // times as fast as those in the order of a tree, which jump about in it.
    void expect(std::vector<Digest> digests);
    void drop(TreeId tree, Generation candidate, const RelPath& folder, std::string_view name,
              Leaving leaving = Leaving::otherwise);
    // Takes back everything that was written under the candidate's number.
    void abandon(TreeId tree, Generation candidate);
    // Of a tree that is forgotten, in pieces that others need not wait long for: false when nothing is left.
    bool remove_some(TreeId tree);
    // Forgets what ended at or before `oldest`, the oldest generation that history still tells of.
    void forget_before(TreeId tree, Generation oldest);

private:
    std::int64_t folder_id(TreeId tree, const RelPath& folder);
    std::optional<std::int64_t> find_folder(TreeId tree, std::string_view folder);
    std::optional<std::int64_t> blob_id(const Digest& digest);
    std::optional<Entry> find_in(std::int64_t folder, std::string_view name, Generation generation);

    Database* db_;
    // A candidate arrives folder by folder, so the last one is nearly always the next one.
    TreeId last_tree_ = 0;
    std::string last_folder_;
    std::int64_t last_folder_id_ = 0;
    std::uint64_t last_rollbacks_ = 0;
    std::unordered_map<Digest, std::int64_t> expected_;
};

}  // namespace mirrorseed
