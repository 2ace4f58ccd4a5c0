// Trees and their generations.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

class Database;

using TreeId = std::int64_t;
using Generation = std::uint64_t;  // 0: nothing is published yet

struct TreeRow {
    TreeId id = 0;
    std::string name{};
    std::string lineage{};      // random, minted with the first generation
    Generation generation = 0;  // what is published
    Generation candidate = 0;   // what is being built or held back; 0: nothing
    std::string held_reason{};  // why the candidate waits for a person; empty: it does not
    bool paused = false;        // after a rollback, until somebody says sync or approve
    Generation checkout = 0;    // what trees/NAME shows, whole
    std::string listed_for{};  // under which terms it last was all that its upstream listed; empty: it is not
    UnixTime listed_at = 0;
    // The listing that it was then all of. Forgotten as soon as anything about the tree or its contents is
    // not as it was then.
    std::optional<Digest> listed_as{};
    std::string held_name{};    // by which a person approves the held candidate; an older program gave none
    UnixTime read_at = 0;       // when an upstream was last read to its end; 0: never
    UnixTime behind_since = 0;  // when a listing first showed what is not published; 0: all of it is
};

struct GenerationRow {
    Generation number = 0;
    UnixTime published = 0;
    std::uint64_t entries = 0;  // names of every kind
    std::uint64_t files = 0;
    Bytes bytes = 0;
    std::uint64_t added = 0, changed = 0, removed = 0;  // files and links, against the generation before
    std::string upstream{};                             // without credentials
    std::optional<Digest> manifest{};  // SHA-256 of the uncompressed lines, once they are written
    bool kept = true;                  // its bytes are here still
    Generation restores = 0;           // the one whose content it shows again; 0: it has its own

    // The generation that had this content first.
    Generation origin() const noexcept { return restores == 0 ? number : restores; }
};

class Trees {
public:
    explicit Trees(Database& database) : db_(&database) {}

    std::optional<TreeRow> find(std::string_view name);
    TreeRow ensure(std::string_view name);
    std::vector<TreeRow> all();

    // The candidate gets the number after the published one.
    void start_candidate(TreeId tree);
    void hold_candidate(TreeId tree, std::string_view reason, std::string_view name);
    void drop_candidate(TreeId tree);
    // The one change that readers notice.
    void publish(TreeId tree, const GenerationRow& generation);
    void set_lineage(TreeId tree, std::string_view lineage);
    void set_paused(TreeId tree, bool paused);
    void set_checkout(TreeId tree, Generation generation);
    void set_listed(TreeId tree, std::string_view terms, UnixTime when, const std::optional<Digest>& listing);

    void set_read(TreeId tree, UnixTime when);
    void set_behind(TreeId tree, UnixTime since);

    std::optional<GenerationRow> generation(TreeId tree, Generation number);
    std::vector<GenerationRow> generations(TreeId tree);  // newest first
    // Nothing: it is to be written again.
    void set_manifest(TreeId tree, Generation number, const std::optional<Digest>& digest);
    void set_kept(TreeId tree, Generation number, bool kept);
    void forget_generation(TreeId tree, Generation number);
    // Ends the tree, its generations and all that is known of it but its entries, and frees its name: who has
    // that later is another tree. What is left of it is found by forgotten(), and gone with remove(), but for
    // what releases refer to.
    void forget(TreeId tree);
    std::vector<TreeId> forgotten();
    void remove(TreeId tree);
    // As a manifest remembers it; for rebuilding a lost catalogue.
    void restore(TreeId tree, const GenerationRow& generation);

private:
    Database* db_;
};

}  // namespace mirrorseed
