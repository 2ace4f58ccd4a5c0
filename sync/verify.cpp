#include "sync/checkout.hpp"
#include "sync/upkeep.hpp"
#include "sync/upstream.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

class Verifier {
public:
    Verifier(Store& store, const VerifyWish& wish, const Clock& clock, Progress& progress)
        : store_(store), wish_(wish), clock_(clock), progress_(progress) {}

    Result<VerifyResult> run() {
        const auto rows = wanted_rows();
        Bytes bytes = 0;
        for (const auto& row : rows)
            bytes += row.size;
        progress_.start("verify", rows.size(), bytes);
        for (const auto& row : rows) {
            const auto may_go_on = progress_.go_on();
            if (!may_go_on) return may_go_on.error();
            if (wish_.budget && result_.checked.bytes >= *wish_.budget) break;
            const auto checked = check(row);
            if (!checked) return checked.error();
        }
        return std::move(result_);
    }

private:
    std::vector<BlobRow> wanted_rows() {
        auto rows = store_.catalogue().contents().blobs_by_age();
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

    // An unreadable blob is damage like any other; only our own bookkeeping may fail.
    bool is_good(const BlobRow& row) {
        const auto blob = store_.blobs().open_blob(row.digest);
        if (!blob) return false;
        Sha256 hash;
        const auto read = read_through(*blob, row.digest.hex(), [&](ByteSpan bytes) -> Status {
            hash.see(bytes);
            progress_.bytes_done(bytes.size());
            return progress_.go_on();
        });
        if (!read && progress_.stop_requested()) return true;  // not known to be bad; run() ends at once
        return read && hash.finish() == row.digest;
    }

    Status check(const BlobRow& row) {
        const bool good = is_good(row);
        if (progress_.stop_requested()) return progress_.go_on();
        ++result_.checked.files;
        result_.checked.bytes += row.size;
        progress_.file_done();
        store_.catalogue().contents().mark_checked(row.digest, clock_(), !good);
        if (good) return {};
        auto places = places_of(row.digest);
        const bool repaired = wish_.repair && repair(row, places);
        if (places.empty()) places.push_back({"", RelPath(), row.digest});
        auto& told = repaired ? result_.repaired : result_.damaged;
        told.insert(told.end(), places.begin(), places.end());
        return {};
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
                    store_.catalogue().contents().mark_checked(row.digest, clock_(), false);
                    show_again(row.digest);
                    return true;
                }
        return false;
    }

    bool fetch_again(const BlobRow& row, const Damage& place, const std::string& url) {
        const auto upstream = open_upstream(url);
        if (!upstream) return false;
        const auto look = (*upstream)->look(place.path);
        if (!look || !*look || (*look)->kind != EntryKind::file || (*look)->size != row.size) return false;
        const auto staging = store_.blobs().staging(place.tree);
        if (!staging) return false;
        const auto name = RelPath::parse_name(row.digest.hex() + ".repair").value();
        auto intake = Intake::open(*staging, name, 0, {});
        if (!intake) return false;
        const auto fetched = (*upstream)->fetch(place.path, **look, *intake, progress_);
        const bool right = fetched && intake->finish() == row.digest;
        const bool replaced = right &&
                              store_.blobs().put(*staging, name, row.digest, **look, Existing::replace) &&
                              store_.blobs().sync().has_value();
        if (!replaced) (void)staging->remove_file(name).has_value();
        return replaced;
    }

    // Checkouts still link the damaged file.
    void show_again(const Digest& digest) {
        auto& catalogue = store_.catalogue();
        for (const auto& tree : catalogue.trees().all())
            for (const auto& item : catalogue.entries().paths_of(tree.id, tree.generation, digest))
                (void)refresh_checkout(store_, tree, item).has_value();
    }

    Store& store_;
    const VerifyWish& wish_;
    const Clock& clock_;
    Progress& progress_;
    VerifyResult result_;
};

}  // namespace

Result<VerifyResult> verify_store(Store& store, const VerifyWish& wish, const Clock& clock,
                                  Progress& progress) {
    return Verifier(store, wish, clock, progress).run();
}

}  // namespace mirrorseed::sync
