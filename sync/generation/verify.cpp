#include "core/store/blob_trust.hpp"
#include "core/system/quiet_reading.hpp"
#include "core/text.hpp"
#include "sync/fetcher.hpp"
#include "sync/generation/blob_dress.hpp"
#include "sync/generation/checkout.hpp"
#include "sync/generation/upkeep.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t marks_in_a_batch = 500;

// Puts contents in the place of damaged ones.
class RepairLanding final : public Landing {
public:
    // The new file wears what the damaged one did.
    RepairLanding(Store& store, const std::string& tree, std::optional<Dress> dress)
        : store_(store), tree_(tree), dress_(dress) {}

    Result<Folder> staging() override { return store_.blobs().staging(tree_); }
    std::optional<Entry> current(const RelPath&) override { return std::nullopt; }
    Status show_current(const RelPath&, const Entry&, const Folder&, const RelPath&) override {
        return Error(Fault::damaged, "the stored copy is damaged");
    }
    Result<Verdict> take(const Folder& from, const RelPath& name, Arrival& arrival, Acquire) override {
        auto entry = arrival.item.entry;
        if (dress_) std::tie(entry.mode, entry.mtime) = std::tie(dress_->mode, dress_->mtime);
        const auto put =
            store_.blobs().put(from, name, *entry.digest, entry, [] { return Existing::replace; });
        if (!put) return put.error();
        return Verdict::taken;
    }
    Status commit(std::vector<Arrival>&) override { return store_.blobs().sync(); }

private:
    Store& store_;
    const std::string& tree_;
    std::optional<Dress> dress_;
};

class VerifyRun {
public:
    VerifyRun(Store& store, const VerifyWish& wish, const Clock& clock, Progress& progress,
              VerifyResult& result)
        : store_(store), wish_(wish), clock_(clock), progress_(progress), result_(result) {}

    Status run() {
        auto rows = wanted_rows();
        if (wish_.not_since)
            std::erase_if(rows, [&](const BlobRow& row) { return row.checked >= *wish_.not_since; });
        Bytes bytes = 0;
        for (const auto& row : rows)
            bytes += row.size;
        progress_.start("verify", rows.size(), bytes);
        Status checked;
        for (const auto& row : rows) {
            if (wish_.budget && result_.checked.bytes >= *wish_.budget) break;
            checked = check(row);
            if (!checked) break;
            keep_marks(marks_in_a_batch);
        }
        keep_marks(1);
        const auto dressed = show_anew(store_, undressed_, progress_);
        return checked ? dressed : checked;
    }

private:
    std::vector<BlobRow> wanted_rows() {
        auto& contents = store_.catalogue().contents();
        if (!wish_.contents.empty()) return rows_of(wish_.contents);
        auto rows = contents.blobs_by_age();
        if (wish_.trees.empty()) return rows;
        std::unordered_set<Digest> named;
        for (const auto& name : wish_.trees) {
            const auto tree = store_.catalogue().trees().find(name);
            if (!tree) continue;
            const auto all = store_.catalogue().entries().all(tree->id, tree->generation);
            std::string_view folder;
            while (const auto* item = all->next(folder))
                if (item->entry.digest) named.insert(*item->entry.digest);
        }
        std::erase_if(rows, [&](const BlobRow& row) { return !named.contains(row.digest); });
        return rows;
    }

    std::vector<BlobRow> rows_of(const std::vector<Digest>& digests) {
        std::vector<BlobRow> rows;
        for (const auto& digest : digests)
            if (const auto row = store_.catalogue().contents().blob(digest)) rows.push_back(*row);
        return rows;
    }

    // What the inode wears whose bytes are what the name says; nothing for damage, and an unreadable blob is
    // damage like any other. Only our own bookkeeping may fail.
    std::optional<Dress> dress_of_good(const BlobRow& row) {
        const auto blob = store_.blobs().open_blob(row.digest);
        const auto before = blob ? facts_of(*blob, row.digest.hex()) : Result<FileFacts>(blob.error());
        if (!before || !has_digest(*blob, row.digest)) return std::nullopt;
        // Somebody who writes while it is read leaves another time.
        const auto after = facts_of(*blob, row.digest.hex());
        const bool is_same = after && after->size == before->size && after->mtime == before->mtime;
        return is_same ? std::optional(dress_of(*after)) : std::nullopt;
    }

    bool has_digest(const Descriptor& blob, const Digest& digest) {
        Sha256 hash;
        const auto seen = [&](ByteSpan bytes) -> Status {
            hash.see(bytes);
            progress_.bytes_done(bytes.size());
            return progress_.go_on();
        };
        const auto read = wish_.leaves_memory ? read_quietly(blob, digest.hex(), seen)
                                              : read_through(blob, digest.hex(), seen);
        return read && hash.finish() == digest;
    }

    // What came because somebody asked for it comes again when somebody does.
    void let_go_on_demand(const Digest& digest) {
        auto& catalogue = store_.catalogue();
        for (const auto& tree : catalogue.trees().all())
            catalogue.on_demand().let_go(tree.id, digest);
    }

    Status check(const BlobRow& listed) {
        const auto known = store_.catalogue().contents().blob(listed.digest);
        if (!known) return {};  // meanwhile it was freed
        const auto& row = *known;
        const auto dress = dress_of_good(row);
        if (progress_.stop_requested()) return progress_.go_on();  // nothing is known of it then
        const bool good = dress.has_value();
        ++result_.checked.files;
        result_.checked.bytes += row.size;
        progress_.file_done();
        marks_.push_back({row, !good, dress});
        if (wish_.dress && good && is_undressed(row, *dress)) undressed_.push_back(row.digest);
        if (good) return {};
        let_go_on_demand(row.digest);
        auto places = places_of(row.digest);
        const bool repaired = wish_.repair && repair(row, places);
        if (places.empty()) places.push_back({"", RelPath(), row.digest});
        auto& told = repaired ? result_.repaired : result_.damaged;
        told.insert(told.end(), places.begin(), places.end());
        return {};
    }

    // What an older program stored may be shut although its embargo has ended.
    static bool is_undressed(const BlobRow& row, const Dress& dress) {
        return row.dress ? *row.dress != dress : !is_open(dress);
    }

    // Where the content is named: by what is published, else by a generation that is kept.
    std::vector<Damage> places_of(const Digest& digest) {
        std::vector<Damage> places;
        auto& catalogue = store_.catalogue();
        for (const auto& tree : catalogue.trees().all()) {
            const auto before = places.size();
            for (auto generation = tree.generation; generation > 0 && places.size() == before; --generation) {
                const auto row = catalogue.trees().generation(tree.id, generation);
                if (!row || !row->kept) break;
                for (auto& item : catalogue.entries().paths_of(tree.id, generation, digest))
                    places.push_back({tree.name, std::move(item.path), digest});
            }
        }
        return places;
    }

    bool repair(const BlobRow& row, const std::vector<Damage>& places) {
        for (const auto& place : places)
            for (const auto& url : wish_.upstreams_of(place.tree))
                if (fetch_again(row, place, url)) {
                    const auto inode = store_.blobs().facts(row.digest);
                    if (!inode) continue;
                    const auto now = store_.catalogue().contents().blob(row.digest);
                    marks_.back() = {now.value_or(row), false, dress_of(*inode)};
                    store_.catalogue().contents().note_mended();
                    keep_marks(1);
                    (void)show_anew(store_, {row.digest}, progress_).has_value();
                    return true;
                }
        return false;
    }

    bool fetch_again(const BlobRow& row, const Damage& place, const std::string& url) {
        const auto upstream = wish_.open(url, wish_.manners_of(place.tree));
        if (!upstream) return false;
        const auto look = (*upstream)->look(place.path, progress_);
        if (!look || !*look || (*look)->kind != EntryKind::file || (*look)->size != row.size) return false;
        ListedEntry wanted{.name = std::string(place.path.name()), .entry = **look};
        wanted.entry.digest = row.digest;  // anything else is refused
        Listing listing;
        listing.add(place.path.parent(), {wanted});
        RepairLanding landing(store_, place.tree, row.dress);
        const auto fetched = fetch_files(**upstream, listing, {{.place = {}, .replaces = false}},
                                         {.retry = {.retries = 1}}, landing, progress_);
        return fetched && fetched->missing.empty();
    }

    // Each commit waits for the disk, so many marks share one. Of what a sync beside has given another dress
    // meanwhile, or another copy, it knows more than who read it before.
    void keep_marks(std::size_t at_least) {
        if (marks_.size() < at_least) return;
        auto transaction = store_.catalogue().begin();
        for (const auto& mark : marks_) {
            const auto& digest = mark.seen.digest;
            if (store_.catalogue().contents().blob(digest) != mark.seen) continue;
            store_.catalogue().contents().mark_checked(digest, clock_(), mark.is_damaged);
            if (mark.dress) store_.catalogue().dresses().wears(digest, *mark.dress);
        }
        transaction.commit();
        marks_.clear();
    }

    struct Mark {
        BlobRow seen;  // as it was when it was read
        bool is_damaged;
        std::optional<Dress> dress;  // in which its bytes were read
    };
    std::vector<Mark> marks_;
    std::vector<Digest> undressed_;
    Store& store_;
    const VerifyWish& wish_;
    const Clock& clock_;
    Progress& progress_;
    VerifyResult& result_;
};

}  // namespace

Result<VerifyResult> verify_store(Store& store, const VerifyWish& wish, const Clock& clock,
                                  Progress& progress) {
    VerifyResult result;
    const auto done = go_on_verifying(store, wish, clock, progress, result);
    if (!done) return done.error();
    return result;
}

Status go_on_verifying(Store& store, const VerifyWish& wish, const Clock& clock, Progress& progress,
                       VerifyResult& so_far) {
    return VerifyRun(store, wish, clock, progress, so_far).run();
}

}  // namespace mirrorseed::sync
