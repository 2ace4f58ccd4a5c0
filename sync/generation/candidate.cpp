#include "sync/generation/candidate.hpp"

#include "core/store/blob_trust.hpp"

#include <algorithm>
#include <span>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

// Readers see no candidate, so how many rows go into one commit only bounds the write-ahead log.
constexpr std::size_t rows_in_a_batch = 100'000;

class Writer {
public:
    Writer(Store& store, const TreeRow& tree, Progress& progress)
        : store_(store), tree_(tree), number_(tree.generation + 1), progress_(progress) {
        transaction_.emplace(store.catalogue().begin());
        store.catalogue().trees().start_candidate(tree.id);
    }

    Status put(const PathEntry& item) {
        store_.catalogue().entries().put(tree_.id, number_, item.path.parent(), item.path.name(), item.entry);
        return count();
    }

    Status drop(const RelPath& path, Leaving leaving = Leaving::otherwise) {
        store_.catalogue().entries().drop(tree_.id, number_, path.parent(), path.name(), leaving);
        return count();
    }

    void finish() {
        transaction_->commit();
        transaction_.reset();
    }

private:
    Status count() {
        progress_.file_done();
        if (++rows_ % rows_in_a_batch != 0) return {};
        transaction_->commit();
        transaction_.reset();
        transaction_.emplace(store_.catalogue().begin());
        return progress_.go_on();
    }

    Store& store_;
    const TreeRow& tree_;
    Generation number_;
    Progress& progress_;
    std::optional<Transaction> transaction_;
    std::size_t rows_ = 0;
};

// Both come in the listing's order; writing in that order appends to the tables.
std::vector<Listing::Place> in_order(const Plan& plan, const FetchResult& fetched) {
    std::vector<Listing::Place> arrived;
    arrived.reserve(plan.fetch.size());
    for (const auto& item : plan.fetch)
        if (!std::binary_search(fetched.missing.begin(), fetched.missing.end(), item.place))
            arrived.push_back(item.place);
    std::vector<Listing::Place> rows(plan.ready.size() + arrived.size());
    std::merge(plan.ready.begin(), plan.ready.end(), arrived.begin(), arrived.end(), rows.begin());
    return rows;
}

// Of the next batch of rows.
std::vector<Digest> digests_of(const Listing& listing, std::span<const Listing::Place> rows) {
    std::vector<Digest> digests;
    for (const auto place : rows.first(std::min(rows.size(), rows_in_a_batch)))
        if (const auto digest = listing.folders()[place.folder].digest(place.entry))
            digests.push_back(*digest);
    return digests;
}

// An embargoed file that does not come hides the one that has its name: its bytes stay, and nobody sees them.
std::optional<Entry> as_closed(Entry current, const Entry& listed) {
    if (current.kind != EntryKind::file) return std::nullopt;
    current.mode = listed.mode;
    current.hidden = true;
    return current;
}

// Above names that stay although the plan would remove them.
std::unordered_set<RelPath> folders_of_kept(const Plan& plan, const KeepsOld& keeps_old) {
    std::unordered_set<RelPath> folders;
    for (const auto& item : plan.remove) {
        if (item.entry.kind == EntryKind::folder || !keeps_old(item.path, item.entry.kind, std::nullopt))
            continue;
        for (auto folder = item.path.parent(); !folder.is_root() && folders.insert(folder).second;)
            folder = folder.parent();
    }
    return folders;
}

}  // namespace

Result<GenerationRow> build_candidate(Store& store, const TreeRow& tree, const Listing& listing,
                                      const Plan& plan, const FetchResult& fetched, const KeepsOld& keeps_old,
                                      const LeavingOf& leaving, Progress& progress) {
    abandon_candidate(store, tree.name);
    const auto rows = in_order(plan, fetched);
    progress.start("candidate", rows.size() + plan.remove.size());
    auto& catalogue = store.catalogue();
    const auto needed = keeps_old ? folders_of_kept(plan, keeps_old) : std::unordered_set<RelPath>();
    const auto keeps = [&](const RelPath& path, std::optional<EntryKind> after) {
        // Folders always come, so that what comes into them has a place, and stay with what stays in them.
        if (!keeps_old || after == EntryKind::folder) return false;
        if (needed.contains(path)) return true;
        const auto current = catalogue.entries().find(tree.id, tree.generation, path);
        return keeps_old(path, current ? std::optional(current->kind) : std::nullopt, after);
    };
    Writer writer(store, tree, progress);
    for (const auto& item : plan.remove) {
        if (keeps(item.path, std::nullopt)) continue;
        const auto dropped = writer.drop(item.path, leaving(item));
        if (!dropped) return dropped.error();
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (at % rows_in_a_batch == 0)
            catalogue.entries().expect(digests_of(listing, std::span(rows).subspan(at)));
        const auto item = listing.path_entry(rows[at]);
        if (keeps(item.path, item.entry.kind)) continue;
        const auto put = writer.put(item);
        if (!put) return put.error();
    }
    catalogue.entries().expect({});
    auto left_out = plan.left_out;
    for (const auto place : fetched.closed) {
        const auto listed = listing.path_entry(place);
        const auto current = catalogue.entries().find(tree.id, tree.generation, listed.path);
        left_out.push_back({listed.path, still_closed});
        if (!current) continue;
        const auto closed = as_closed(*current, listed.entry);
        if (closed == current) continue;
        const auto written = closed ? writer.put({listed.path, *closed}) : writer.drop(listed.path);
        if (!written) return written.error();
    }
    for (const auto& item : fetched.withdrawn) {
        const auto dropped = writer.drop(item.path);
        if (!dropped) return dropped.error();
        left_out.push_back(item);
    }
    catalogue.contents().set_left_out(tree.id, left_out);
    writer.finish();
    const bool as_planned = fetched.missing.empty() && !keeps_old;
    if (!as_planned) return count_candidate(store, catalogue.trees().find(tree.name).value());
    GenerationRow row{.entries = plan.names,
                      .files = plan.total.files,
                      .bytes = plan.total.bytes - plan.fetched.bytes,
                      .added = plan.added,
                      .changed = plan.changed,
                      .removed = plan.dropped};
    // What came may be larger or smaller than what was listed.
    for (const auto& item : plan.fetch)
        row.bytes += listing.folders()[item.place.folder].file_size(item.place.entry);
    return row;
}

Result<Entry> add_content(Store& store, const TreeRow& tree, const std::string& text, UnixTime now) {
    const auto staging = store.blobs().staging(tree.name);
    if (!staging) return staging.error();
    const auto name = RelPath::parse_name("own-content").value();
    auto intake = Intake::open(*staging, name, 0, {});
    if (!intake) return intake.error();
    const auto written = intake->write(as_bytes(text));
    if (!written) return written.error();
    Entry entry{.size = text.size(), .mtime = FileTime::from_seconds(now), .digest = intake->finish()};
    auto& contents = store.catalogue().contents();
    const auto naming = contents.begin_naming();
    const auto put = store.blobs().put(*staging, name, *entry.digest, entry, [&] {
        return store.holds_sound(*entry.digest) ? Existing::keep : Existing::replace;
    });
    if (!put) return put.error();
    const auto synced = store.blobs().sync();
    if (!synced) return synced.error();
    const auto inode = store.blobs().facts(*entry.digest);
    if (!inode) return inode.error();
    auto transaction = store.catalogue().begin();
    if (!contents.add_blob(*entry.digest, entry.size, now, dress_of(*inode)) && *put) {
        contents.note_mended();
        contents.mark_checked(*entry.digest, now, false);
        store.catalogue().dresses().wears(*entry.digest, dress_of(*inode));
    }
    contents.end_naming(naming);
    transaction.commit();
    return entry;
}

void abandon_candidate(Store& store, const std::string& name) {
    auto& catalogue = store.catalogue();
    const auto tree = catalogue.trees().find(name);
    if (!tree || tree->candidate == 0) return;
    auto transaction = catalogue.begin();
    catalogue.entries().abandon(tree->id, tree->candidate);
    catalogue.not_held().abandon(tree->id, tree->candidate);
    catalogue.trees().drop_candidate(tree->id);
    transaction.commit();
}

GenerationRow count_candidate(Store& store, const TreeRow& tree) {
    auto& catalogue = store.catalogue();
    GenerationRow row;
    const auto now = catalogue.trees().generation(tree.id, tree.generation);
    if (now) {
        row.entries = now->entries;
        row.files = now->files;
        row.bytes = now->bytes;
    }
    for (const auto& change : catalogue.entries().touched(tree.id, tree.generation, tree.candidate)) {
        if (change.before == change.after) continue;
        if (change.before) {
            --row.entries;
            row.files -= change.before->kind == EntryKind::file ? 1 : 0;
            row.bytes -= change.before->size;
        }
        if (change.after) {
            ++row.entries;
            row.files += change.after->kind == EntryKind::file ? 1 : 0;
            row.bytes += change.after->size;
        }
        const auto is_name = [](const std::optional<Entry>& entry) {
            return entry && entry->kind != EntryKind::folder;
        };
        if (is_name(change.after))
            ++(is_name(change.before) ? row.changed : row.added);
        else if (is_name(change.before))
            ++row.removed;
    }
    return row;
}

}  // namespace mirrorseed::sync
