#include "sync/fetcher.hpp"

#include "core/text.hpp"

#include <charconv>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

// A batch is what a crash may cost: the files of one are fetched again. Larger ones sync less often.
constexpr std::size_t batch_files = 2000;
constexpr Bytes batch_size = Bytes{512} << 20;
// A large file is synced in these steps, so a crash costs at most one of them.
constexpr Bytes resume_step = Bytes{64} << 20;
constexpr int attempts = 3;

RelPath staging_name(const PathEntry& item) {
    const auto key = item.path.str() + '\0' + std::to_string(item.entry.size) + '\0' +
                     std::to_string(item.entry.mtime.nanoseconds);
    return RelPath::parse_name(Sha256::of(as_bytes(key)).hex()).value();
}

Error changed(const std::string& name) {
    return {Fault::changed, name + " changed while it was read"};
}

RelPath resume_note(const RelPath& staged) {
    return RelPath::parse_name(staged.str() + ".synced").value();
}

}  // namespace

Fetcher::Fetcher(Store& store, const TreeRow& tree, Upstream& upstream, Acquire acquire, WatchFor watch_for,
                 Clock clock, Progress& progress)
    : store_(store),
      tree_(tree),
      upstream_(upstream),
      acquire_(acquire),
      watch_for_(std::move(watch_for)),
      clock_(std::move(clock)),
      progress_(progress) {}

Result<FetchResult> Fetcher::fetch(const std::vector<PathEntry>& wanted) {
    auto staging = store_.blobs().staging(tree_.name);
    if (!staging) return staging.error();
    staging_ = std::move(*staging);

    std::optional<Error> stopped;
    for (const auto& item : wanted) {
        progress_.at(item.path.str());
        auto got = fetch_one(item);
        if (!got) {
            stopped = got.error();
            break;
        }
        progress_.file_done();
        if (!*got) continue;
        batch_bytes_ += (*got)->item.entry.size;
        in_batch_.insert(*(*got)->item.entry.digest);
        batch_.push_back(std::move(**got));
        if (batch_.size() < batch_files && batch_bytes_ < batch_size) continue;
        const auto committed = commit_batch();
        if (!committed) return committed.error();
    }
    // What came before the trouble is kept as well.
    const auto committed = commit_batch();
    if (stopped) return *stopped;
    if (!committed) return committed.error();
    return std::move(result_);
}

Result<std::optional<Fetcher::Arrival>> Fetcher::fetch_one(const PathEntry& wanted) {
    auto now = wanted;
    for (int attempt_number = 1;; ++attempt_number) {
        auto got = attempt(now);
        if (got) {
            const auto& [path, entry] = got->item;
            if (!store_.catalogue().contents().is_withdrawn(*entry.digest))
                return std::optional(std::move(*got));
            result_.withdrawn.push_back({path, "its content was withdrawn",
                                         StagedFile{path, entry.size, entry.mtime, *entry.digest}});
            const auto removed = store_.blobs().remove(*entry.digest);
            if (!removed) return removed.error();
            return std::optional<Arrival>();
        }
        if (our_trouble_) return *our_trouble_;
        const auto may_go_on = progress_.go_on();
        if (!may_go_on) return may_go_on.error();
        if (!got.error().is(Fault::changed) || attempt_number == attempts) {
            result_.quarantined.push_back({wanted.path, got.error().text()});
            return std::optional<Arrival>();
        }
        const auto look = upstream_.look(wanted.path);
        if (!look) {
            result_.quarantined.push_back({wanted.path, look.error().text()});
            return std::optional<Arrival>();
        }
        if (!*look || (*look)->kind != EntryKind::file) {
            result_.gone.push_back(wanted.path);
            return std::optional<Arrival>();
        }
        // Whether everybody may read it was decided from the whole listing; its own mode may only take that
        // away.
        const bool hidden = now.entry.hidden || !readable_by_all(EntryKind::file, (*look)->mode);
        now.entry = **look;
        now.entry.hidden = hidden;
    }
}

Result<Fetcher::Arrival> Fetcher::attempt(const PathEntry& wanted) {
    return acquire_ == Acquire::link ? share(wanted) : copy(wanted);
}

Result<Fetcher::Arrival> Fetcher::copy(const PathEntry& wanted) {
    const auto name = staging_name(wanted);
    // Whatever goes wrong on this side of the transfer is ours, and would go wrong with every other file too.
    const auto ours = [this](const Error& error) -> const Error& { return our_trouble_.emplace(error); };
    auto watched = watch(wanted);
    std::vector<ByteObserver*> observers;
    if (watched) observers.push_back(watched.get());
    auto intake = Intake::open(*staging_, name, resumable(name, wanted.entry), observers);
    if (!intake) return ours(intake.error());
    intake->on_trouble([&](const Error& error) { our_trouble_ = error; });
    intake->every(resume_step, [&](Bytes size) { return remember_resumable(name, size); });
    const auto resumed = intake->size();
    const auto fetched = upstream_.fetch(wanted.path, wanted.entry, *intake, progress_);
    result_.transferred += intake->size() - resumed;
    if (!fetched) {
        if (fetched.error().is(Fault::changed)) (void)staging_->remove_file(name).has_value();
        return fetched.error();
    }
    auto item = wanted;
    item.entry.digest = intake->finish();
    const auto put =
        store_.blobs().put(*staging_, name, *item.entry.digest, item.entry, existing(*item.entry.digest));
    if (!put) return ours(put.error());
    if (item.entry.size >= resume_step) (void)staging_->remove_file(resume_note(name)).has_value();
    return Arrival{std::move(item), *put, std::move(watched)};
}

std::unique_ptr<ContentWatch> Fetcher::watch(const PathEntry& item) const {
    return watch_for_ ? watch_for_(item.path, item.entry) : nullptr;
}

Result<Fetcher::Arrival> Fetcher::share(const PathEntry& wanted) {
    const auto& folder = *upstream_.local_folder();
    const auto name = folder.path() + "/" + wanted.path.str();
    const auto file = folder.open_file(wanted.path);
    if (!file) return file.error();
    const auto before = facts_of(*file, name);
    if (!before) return before.error();
    if (before->size != wanted.entry.size || before->mtime != wanted.entry.mtime) return changed(name);
    auto watched = watch(wanted);
    Sha256 hash;
    Bytes seen = 0;
    const auto read = read_through(*file, name, [&](ByteSpan bytes) -> Status {
        hash.see(bytes);
        if (watched) watched->see(bytes);
        progress_.bytes_done(bytes.size());
        seen += bytes.size();
        if (seen > wanted.entry.size) return changed(name);
        return progress_.go_on();
    });
    if (!read) return read.error();
    const auto after = facts_of(*file, name);
    if (!after) return after.error();
    if (!after->same_state(*before)) return changed(name);
    auto item = wanted;
    item.entry.digest = hash.finish();
    const auto adopted =
        store_.blobs().adopt(folder, wanted.path, *item.entry.digest, existing(*item.entry.digest));
    if (!adopted && adopted.error().is(errc::cross_device_link))
        return our_trouble_.emplace(Fault::refused, folder.path() +
                                                        " lies on another file system than the store " +
                                                        store_.places().store +
                                                        ", so its files cannot be shared; put the store on "
                                                        "the same one, or sync from file://" +
                                                        folder.path());
    if (!adopted) return adopted.error();
    return Arrival{std::move(item), *adopted, std::move(watched)};
}

Bytes Fetcher::resumable(const RelPath& staged, const Entry& expected) const {
    if (expected.size < resume_step) return 0;
    const auto note = read_file(staging_->path() + "/" + resume_note(staged).str(), 64);
    const auto facts = staging_->facts(staged);
    if (!note || !facts) return 0;
    Bytes size = 0;
    std::from_chars(note->data(), note->data() + note->size(), size);
    return size <= facts->size && size <= expected.size ? size : 0;
}

Status Fetcher::remember_resumable(const RelPath& staged, Bytes size) {
    return replace_file(*staging_, resume_note(staged), as_bytes(std::to_string(size)), 0600);
}

Existing Fetcher::existing(const Digest& digest) {
    const bool known = in_batch_.contains(digest) || store_.catalogue().contents().has_sound_blob(digest);
    return known ? Existing::keep : Existing::replace;
}

Status Fetcher::commit_batch() {
    if (batch_.empty()) return {};
    const auto synced = store_.blobs().sync();
    if (!synced) return synced;
    auto& contents = store_.catalogue().contents();
    auto transaction = store_.catalogue().begin();
    for (const auto& [item, stored, watched] : batch_) {
        const auto& digest = *item.entry.digest;
        if (stored && contents.has_blob(digest)) {
            contents.note_mended();
            result_.replaced.push_back(digest);
        }
        contents.add_blob(digest, item.entry.size, clock_());
        if (stored) contents.mark_checked(digest, clock_(), false);
        contents.stage(tree_.id, {item.path, item.entry.size, item.entry.mtime, digest});
        if (watched) watched->keep(store_.catalogue(), digest);
    }
    transaction.commit();
    for (auto& arrival : batch_)
        result_.fetched.push_back(std::move(arrival.item));
    batch_.clear();
    in_batch_.clear();
    batch_bytes_ = 0;
    return {};
}

Status clear_staging(Store& store, const TreeRow& tree) {
    const auto staging = store.blobs().staging(tree.name);
    if (!staging) return staging.error();
    const auto items = staging->items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto removed = staging->remove_tree(RelPath::parse_name(item.name).value());
        if (!removed) return removed;
    }
    return {};
}

}  // namespace mirrorseed::sync
