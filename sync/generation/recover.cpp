#include "sync/generation/recover.hpp"

#include "core/store/blob_store.hpp"
#include "core/store/blob_trust.hpp"
#include "core/store/manifest.hpp"
#include "core/text.hpp"
#include "sync/generation/lag.hpp"
#include "sync/generation/manifest_forms.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/generation/release_records.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

class Recovery {
public:
    Recovery(Catalogue& catalogue, const Folder& store, const Clock& clock, Progress& progress)
        : catalogue_(catalogue), store_(store), clock_(clock), progress_(progress) {}

    Result<RecoverResult> run() {
        const auto looked = look_at_blobs();
        if (!looked) return looked.error();
        const auto manifests = store_.folder(RelPath::parse("manifests").value());
        if (!manifests) return manifests.error();
        take_withdrawn();
        const auto items = manifests->items();
        if (!items) return items.error();
        for (const auto& item : *items) {
            if (!item.facts.is_folder) continue;
            const auto taken = take_tree(*manifests, item.name);
            if (!taken) return taken.error();
        }
        for (auto& [tree, record] : read_records(store_, result_.troubles))
            take_release(tree, record);
        return std::move(result_);
    }

private:
    // Before a long rebuild: that each can be looked at. None is remembered, for there may be millions.
    Status look_at_blobs() {
        progress_.start("blobs");
        auto blobs = BlobStore::open_to_read(store_.path());
        if (!blobs) return blobs.error();
        blobs_.emplace(std::move(*blobs));
        return blobs_->each([&](const Digest&, const FileFacts&) {
            progress_.file_done();
            return progress_.go_on();
        });
    }

    void take_withdrawn() {
        const auto text = read_file(store_.path() + "/manifests/.withdrawn");
        if (!text) return;
        for (std::size_t at = 0; at + 64 <= text->size(); at += 65)
            if (const auto digest = Digest::parse_hex(std::string_view(*text).substr(at, 64)))
                catalogue_.contents().withdraw(*digest, clock_());
    }

    Status take_tree(const Folder& manifests, const std::string& name) {
        const auto folder = manifests.folder(RelPath::parse_name(name).value());
        if (!folder) return folder.error();
        const auto troubles_before = result_.troubles.size();
        const auto heads = manifest_heads(*folder, result_.troubles, result_.mended);
        if (!heads) return heads.error();
        auto files = manifest_files(*folder);
        if (!files) return files.error();
        files_ = std::move(*files);
        way_.reset();
        if (heads->empty()) return {};
        progress_.start("manifests of " + name, heads->size());
        auto tree = catalogue_.trees().ensure(name);
        expect_blobs_of_newest(*folder, *heads);
        missing_ = 0;
        for (const auto& head : *heads) {
            const auto may_go_on = progress_.go_on();
            if (!may_go_on) return may_go_on;
            const auto taken = take_by_any_way(*folder, tree, head);
            progress_.file_done();
            if (!taken) {
                result_.troubles.push_back(taken.error().text());
                continue;
            }
            tree = catalogue_.trees().find(name).value();
        }
        // Numbers that were given out may be given out again, so they get another lineage.
        if (result_.troubles.size() != troubles_before)
            catalogue_.trees().set_lineage(tree.id, mint_lineage());
        if (!heads->empty()) take_pause(tree, heads->back().paused);
        // What is damaged of the newest is not served, and is written again by the next sync.
        if (way_ && (!way_->pairs.empty() || !read_head(*folder, tree.generation)))
            catalogue_.trees().set_manifest(tree.id, tree.generation, std::nullopt);
        // Whether anybody was told of the newest is lost too.
        if (tree.generation != 0)
            for (const auto step : {Telling::hooks, Telling::notify})
                catalogue_.owed().add(tree.id, tree.generation, step);
        if (const auto row = catalogue_.trees().generation(tree.id, tree.generation))
            result_.trees.push_back({name, tree.generation, row->files, row->bytes});
        return {};
    }

    // Pinned by their records alone, former releases have no manifest that names their contents.
    void take_release(const std::string& name, ReleaseRecord& record) {
        auto& release = record.release;
        release.tree_name = name;
        auto transaction = catalogue_.begin();
        const auto tree = tree_of_release(name);
        release.tree = tree.id;
        bool is_current = tree.generation != 0 && has_just_as_many(tree, record);
        for (const auto& file : record.files) {
            if (file.pad) continue;
            if (!file.content || catalogue_.contents().is_withdrawn(*file.content)) return;
            if (!take_part(file)) {
                result_.troubles.push_back("a file of the release " + escape_text(release.path.str()) +
                                           " of " + name + " is gone");
                return;
            }
            const auto path = release.content ? release.path : release.path / file.path;
            const auto entry = catalogue_.entries().find(tree.id, tree.generation, path);
            if (!entry || entry->digest != file.content) is_current = false;
            if (entry && entry->digest == file.content && entry->hidden) release.hidden = true;
        }
        release.gone = is_current ? std::nullopt : std::optional(release.gone.value_or(clock_()));
        const auto id = catalogue_.releases().add(release, record.files);
        catalogue_.releases().describe(id, "torrent", record.torrent);
        catalogue_.releases().describe(id, "magnet", record.magnet);
        transaction.commit();
    }

    // One without manifests was forgotten, and its releases outlive it.
    TreeRow tree_of_release(const std::string& name) {
        if (auto tree = catalogue_.trees().find(name)) return *tree;
        if (const auto known = forgotten_.find(name); known != forgotten_.end()) return known->second;
        auto tree = catalogue_.trees().ensure(name);
        catalogue_.trees().forget(tree.id);
        return forgotten_.emplace(name, tree).first->second;
    }

    // A folder that has more by now is another release.
    bool has_just_as_many(const TreeRow& tree, const ReleaseRecord& record) {
        if (record.release.content) return true;
        const auto named = std::count_if(record.files.begin(), record.files.end(),
                                         [](const auto& file) { return !file.pad; });
        return files_below(tree, record.release.path) == static_cast<std::uint64_t>(named);
    }

    std::uint64_t files_below(const TreeRow& tree, const RelPath& folder) {
        std::uint64_t files = 0;
        for (const auto& [name, entry] : catalogue_.entries().in_folder(tree.id, tree.generation, folder)) {
            if (entry.kind == EntryKind::file) ++files;
            if (entry.kind == EntryKind::folder)
                files += files_below(tree, folder / RelPath::parse_name(name).value());
        }
        return files;
    }

    bool take_part(const ReleaseFile& file) {
        if (catalogue_.contents().has_blob(*file.content)) return true;
        const auto inode = blobs_->facts(*file.content);
        if (!inode || size_on_disk(*file.content) != file.size) return false;
        catalogue_.contents().add_blob(*file.content, file.size, 0, Dress{inode->mode, inode->mtime});
        ++result_.blobs;
        return true;
    }

    void take_pause(const TreeRow& tree, bool is_paused) {
        auto& trees = catalogue_.trees();
        trees.set_paused(tree.id, is_paused);
        const auto shown = trees.generation(tree.id, tree.generation);
        if (is_paused && shown)
            trees.set_behind(tree.id,
                             behind_after_rollback(tree, trees.generations(tree.id), shown->origin()));
    }

    // A blob that is gone although the newest generation needs it gets its row all the same: verify then
    // tells of it, and can repair it. Older generations that need what is gone are history, as they were
    // before.
    void expect_blobs_of_newest(const Folder& folder, const std::vector<ManifestHead>& heads) {
        for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
            for (const auto& way : ways_to(files_, head->generation.number)) {
                auto transaction = catalogue_.begin();
                if (!expect_blobs(folder, way, *head)) continue;
                transaction.commit();
                return;
            }
        }
    }

    Status expect_blobs(const Folder& folder, const ManifestWay& way, const ManifestHead& head) {
        auto reader = ManifestReader::open(folder, way);
        if (!reader) return reader.error();
        for (;;) {
            const auto item = reader->next();
            if (!item) return item.error();
            if (!*item) break;
            const auto& entry = (*item)->entry;
            if (is_missing(entry)) add_blob(entry);
        }
        return is_what_its_head_says(folder, head, *reader);
    }

    static Status is_what_its_head_says(const Folder& folder, const ManifestHead& head,
                                        ManifestReader& reader) {
        if (reader.digest() == head.generation.manifest) return {};
        return Error(Fault::damaged, folder.path() + ": manifest " + std::to_string(head.generation.number) +
                                         " is not what its head says");
    }

    std::optional<Bytes> size_on_disk(const Digest& digest) const {
        const auto facts = blobs_->facts(digest);
        if (facts) return facts->is_file ? std::optional(facts->size) : std::nullopt;
        // What only cannot be looked at now must not be taken for lost.
        namespace errc = boost::system::errc;
        for (const auto gone :
             {errc::no_such_file_or_directory, errc::not_a_directory, errc::too_many_symbolic_link_levels})
            if (facts.error().is(gone)) return std::nullopt;
        throw Failure(facts.error());
    }

    bool is_missing(const Entry& entry) {
        if (!entry.digest || catalogue_.contents().is_withdrawn(*entry.digest)) return false;
        return size_on_disk(*entry.digest) != entry.size;
    }

    bool is_held(const Entry& entry) {
        const auto size = size_on_disk(*entry.digest);
        return size && (*size == entry.size || catalogue_.contents().is_withdrawn(*entry.digest));
    }

    // Its bytes are gone, and not because of any damage: the newest generation does without them.
    bool is_history(const Entry& entry) {
        return is_missing(entry) && !catalogue_.contents().has_blob(*entry.digest);
    }

    // Nobody has re-read it, so it is due at once. Which of the entries that name it gave its inode the time
    // is not known: one whose time it has will do. Where none has, it is not as it was left.
    void add_blob(const Entry& entry) {
        const auto inode = blobs_->facts(*entry.digest);
        const Dress dress{inode ? inode->mode : 0, entry.mtime};
        catalogue_.contents().add_blob(*entry.digest, entry.size, 0, dress);
        if (!inode || inode->mtime != entry.mtime) in_doubt_.insert(*entry.digest);
    }

    void end_doubt(const Entry& entry) {
        if (!in_doubt_.contains(*entry.digest)) return;
        const auto inode = blobs_->facts(*entry.digest);
        if (!inode || inode->mtime != entry.mtime) return;
        catalogue_.dresses().wears(*entry.digest, dress_of(*inode));
        in_doubt_.erase(*entry.digest);
    }

    Status take_by_any_way(const Folder& folder, const TreeRow& tree, const ManifestHead& head) {
        if (way_ && way_->leads_on_to(tree.generation, head.generation.number)) {
            const auto pair = way_->pairs.back();
            if (taken([&] { return take_difference(folder, tree, head, pair); })) {
                way_->pairs.pop_back();
                return {};
            }
        }
        // What the first way fails by is told, however the generation is had in the end.
        std::optional<Error> first;
        for (const auto& way : ways_to(files_, head.generation.number)) {
            const auto done = taken([&] { return take_generation(folder, tree, head, way); });
            if (done) {
                way_ = way;
                if (first) result_.mended.push_back(first->text());
                return {};
            }
            if (!first) first = done.error();
        }
        return first.value_or(Error(Fault::not_found, folder.path() + ": no manifest leads to generation " +
                                                          std::to_string(head.generation.number)));
    }

    // All of it or nothing.
    Status taken(const std::function<Status()>& take) {
        auto transaction = catalogue_.begin();
        const auto missing = missing_;
        const auto blobs = result_.blobs;
        auto done = take();
        if (done) {
            transaction.commit();
        } else {
            missing_ = missing;
            result_.blobs = blobs;
        }
        return done;
    }

    // By what differs from the generation before. That was had from newer ones by this very difference, which
    // has proven then what it leads to.
    Status take_difference(const Folder& folder, const TreeRow& tree, const ManifestHead& head,
                           const ManifestPair& pair) {
        const auto differs = read_difference_head(folder, pair);
        if (!differs) return differs.error();
        if (differs->digest(DifferenceSide::newer) != head.generation.manifest)
            return Error(Fault::damaged, folder.path() + ": a difference is of another generation");
        // What was shown and is hidden now goes in one part and comes in the other.
        for (const bool comes : {false, true})
            for (const auto part : {ManifestPart::open, ManifestPart::closed}) {
                const auto read =
                    each_difference(folder, pair, part, [&](const auto& older, const auto& newer) {
                        if (!comes && older) leave(tree, pair.newer, *older);
                        if (comes && newer) come(tree, pair.newer, *newer);
                    });
                if (!read) return read;
            }
        return publish(tree, head);
    }

    void leave(const TreeRow& tree, Generation number, const PathEntry& item) {
        if (is_history(item.entry)) --missing_;
        catalogue_.entries().drop(tree.id, number, item.path.parent(), item.path.name());
    }

    void come(const TreeRow& tree, Generation number, const PathEntry& item) {
        if (is_history(item.entry)) ++missing_;
        put(tree, number, item);
    }

    Status take_generation(const Folder& folder, const TreeRow& tree, const ManifestHead& head,
                           const ManifestWay& way) {
        const auto number = head.generation.number;
        auto fresh = ManifestReader::open(folder, way);
        if (!fresh) return fresh.error();
        std::optional<ManifestReader> older;
        if (way_) {
            auto opened = ManifestReader::open(folder, *way_);
            if (!opened) return opened.error();
            older.emplace(std::move(*opened));
        }
        const auto merged = merge(tree, number, *fresh, older);
        if (!merged) return merged;
        const auto whole = is_what_its_head_says(folder, head, *fresh);
        return whole ? publish(tree, head) : whole;
    }

    Status publish(const TreeRow& tree, const ManifestHead& head) {
        catalogue_.trees().set_lineage(tree.id, head.lineage);
        auto row = head.generation;
        row.kept = missing_ == 0;
        catalogue_.trees().publish(tree.id, row);
        return {};
    }

    Status merge(const TreeRow& tree, Generation number, ManifestReader& fresh,
                 std::optional<ManifestReader>& older) {
        const auto next = [](auto& reader) -> Result<std::optional<PathEntry>> { return reader.next(); };
        auto now = next(fresh);
        auto then = older ? next(*older) : Result<std::optional<PathEntry>>(std::optional<PathEntry>());
        for (;;) {
            if (!now) return now.error();
            if (!then) return then.error();
            if (!*now && !*then) return {};
            const bool only_now = !*then || (*now && (*now)->path < (*then)->path);
            const bool only_then = !*now || (*then && (*then)->path < (*now)->path);
            const bool same = !only_now && !only_then && (*now)->entry == (*then)->entry;
            if (!same && !only_now && is_history((*then)->entry)) --missing_;
            if (!same && !only_then && is_history((*now)->entry)) ++missing_;
            if (only_then)
                catalogue_.entries().drop(tree.id, number, (*then)->path.parent(), (*then)->path.name());
            else if (!same)
                put(tree, number, **now);
            if (!only_then) now = next(fresh);
            if (!only_now) then = next(*older);
        }
    }

    // A blob gets its row by the manifest that names it, for a manifest is written when its blobs are on
    // disk. What no manifest names may be what a loss of power left, and is fetched again when it is wanted.
    void put(const TreeRow& tree, Generation number, const PathEntry& item) {
        const auto& entry = item.entry;
        if (entry.digest && !catalogue_.contents().has_blob(*entry.digest) && is_held(entry)) {
            add_blob(entry);
            ++result_.blobs;
        }
        if (entry.digest) end_doubt(entry);
        catalogue_.entries().put(tree.id, number, item.path.parent(), item.path.name(), entry);
    }

    Catalogue& catalogue_;
    const Folder& store_;
    const Clock& clock_;
    Progress& progress_;
    std::optional<BlobStore> blobs_;
    std::unordered_set<Digest> in_doubt_;  // their inodes have the time of no entry that was seen yet
    ManifestFiles files_;                  // of the tree that is being taken
    std::optional<ManifestWay> way_;       // by which its last generation was had
    std::uint64_t missing_ = 0;            // rows that hold and whose blobs are gone
    RecoverResult result_;
    std::map<std::string, TreeRow> forgotten_;
};

}  // namespace

Result<RecoverResult> fill_catalogue(Catalogue& catalogue, const Folder& store, const Clock& clock,
                                     Progress& progress) {
    return Recovery(catalogue, store, clock, progress).run();
}

}  // namespace mirrorseed::sync
