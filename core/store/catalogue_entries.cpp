#include "core/store/catalogue_entries.hpp"

#include "core/store/sqlite.hpp"
#include "core/store/transaction.hpp"

#include <algorithm>

namespace mirrorseed {
namespace {

// Columns of every query below that answers entries, from `first` on.
// kind, mode, hidden, size, mtime, digest, target
Entry entry_from(const Query& row, int first) {
    return {.kind = static_cast<EntryKind>(row.integer(first)),
            .mode = static_cast<std::uint32_t>(row.integer(first + 1)),
            .hidden = row.integer(first + 2) != 0,
            .size = row.count(first + 3),
            .mtime = {row.integer(first + 4)},
            .digest = row.digest(first + 5),
            .target = row.text(first + 6)};
}

RelPath path_from(const Query& row, int folder, int name) {
    const auto above = RelPath::parse(row.bytes(folder)).value();
    return above / RelPath::parse_name(row.bytes(name)).value();
}

// The folder that holds it, as the table of folders spells it.
std::string_view folder_of(const RelPath& path) {
    const std::string_view whole = path.str();
    const auto name = path.name();
    return whole.size() == name.size() ? std::string_view() : whole.substr(0, whole.size() - name.size() - 1);
}

class AllEntries final : public EntrySource {
public:
    explicit AllEntries(Query query) : query_(std::move(query)) {}

    const NamedEntry* next(std::string_view& folder) override {
        if (!query_.next()) return nullptr;
        const auto path = query_.bytes(0);
        if (path != folder_) folder_ = path;
        folder = folder_;
        entry_.name = query_.bytes(1);
        entry_.entry = entry_from(query_, 2);
        return &entry_;
    }

private:
    Query query_;
    std::string folder_;
    NamedEntry entry_;
};

}  // namespace

std::optional<std::int64_t> Entries::find_folder(TreeId tree, std::string_view folder) {
    auto query = db_->query("select id from folders where tree = ? and path = ?");
    query.bind(tree).bind_bytes(folder);
    if (!query.next()) return std::nullopt;
    return query.integer(0);
}

std::int64_t Entries::folder_id(TreeId tree, const RelPath& folder) {
    const bool still_there = last_rollbacks_ == db_->rollbacks();
    if (still_there && last_tree_ == tree && last_folder_ == folder.str()) return last_folder_id_;
    auto id = find_folder(tree, folder.str());
    if (!id) {
        db_->query("insert into folders(tree, path) values(?, ?)").bind(tree).bind_bytes(folder.str()).run();
        id = db_->last_id();
    }
    last_tree_ = tree;
    last_folder_ = folder.str();
    last_folder_id_ = *id;
    last_rollbacks_ = db_->rollbacks();
    return *id;
}

std::optional<Entry> Entries::find_in(std::int64_t folder, std::string_view name, Generation generation) {
    auto query = db_->query(
        "select e.kind, e.mode, e.hidden, e.size, e.mtime, b.digest, e.target, e.until "
        "from entries e left join blobs b on b.id = e.blob "
        "where e.folder = ? and e.name = ? and e.since <= ? order by e.since desc limit 1");
    query.bind(folder).bind_bytes(name).bind(generation);
    if (!query.next()) return std::nullopt;
    if (!query.is_null(7) && query.count(7) <= generation) return std::nullopt;
    return entry_from(query, 0);
}

std::optional<Entry> Entries::find(TreeId tree, Generation generation, const RelPath& path) {
    if (path.is_root()) return Entry{.kind = EntryKind::folder, .mode = 0755};
    const auto folder = find_folder(tree, folder_of(path));
    if (!folder) return std::nullopt;
    return find_in(*folder, path.name(), generation);
}

std::optional<LastState> Entries::last_state(TreeId tree, Generation generation, const RelPath& path) {
    if (path.is_root()) return std::nullopt;
    auto query = db_->query(
        "select e.kind, e.mode, e.hidden, e.size, e.mtime, b.digest, e.target, e.since, e.until, e.dropped "
        "from folders f cross join entries e left join blobs b on b.id = e.blob "
        "where f.tree = ? and f.path = ? and e.folder = f.id and e.name = ? and e.since <= ? "
        "order by e.since desc limit 1");
    query.bind(tree).bind_bytes(folder_of(path)).bind_bytes(path.name()).bind(generation);
    if (!query.next() || query.is_null(8) || query.count(8) > generation) return std::nullopt;
    return LastState{.entry = entry_from(query, 0),
                     .since = query.count(7),
                     .until = query.count(8),
                     .leaving = query.integer(9) != 0 ? Leaving::dropped_upstream : Leaving::otherwise};
}

std::vector<NamedEntry> Entries::in_folder(TreeId tree, Generation generation, const RelPath& folder) {
    std::vector<NamedEntry> entries;
    const auto id = find_folder(tree, folder.str());
    if (!id) return entries;
    auto query = db_->query(
        "select e.name, e.kind, e.mode, e.hidden, e.size, e.mtime, b.digest, e.target "
        "from entries e left join blobs b on b.id = e.blob "
        "where e.folder = ?1 and e.since <= ?2 and (e.until is null or e.until > ?2) order by e.name");
    query.bind(*id).bind(generation);
    while (query.next())
        entries.push_back({query.text(0), entry_from(query, 1)});
    return entries;
}

std::unique_ptr<EntrySource> Entries::all(TreeId tree, Generation generation) {
    auto query = db_->query(
        "select f.path, e.name, e.kind, e.mode, e.hidden, e.size, e.mtime, b.digest, e.target "
        "from folders f cross join entries e left join blobs b on b.id = e.blob "
        "where f.tree = ?1 and e.folder = f.id and e.since <= ?2 and (e.until is null or e.until > ?2) "
        "order by f.path, e.name");
    query.bind(tree).bind(generation);
    return std::make_unique<AllEntries>(std::move(query));
}

std::vector<EntryChange> Entries::touched(TreeId tree, Generation after, Generation upto) {
    auto query = db_->query(
        "with names(folder, name) as ("
        "  select folder, name from entries where tree = ?1 and since > 1 and since > ?2 and since <= ?3"
        "  union select folder, name from entries where tree = ?1 and until is not null and until > ?2 and "
        "until <= ?3"
        "  union select folder, name from entries where ?2 = 0 and ?3 >= 1 and since = 1 and folder in"
        "    (select id from folders where tree = ?1)) "
        "select n.folder, f.path, n.name from names n join folders f on f.id = n.folder");
    query.bind(tree).bind(after).bind(upto);
    std::vector<EntryChange> changes;
    while (query.next())
        changes.push_back({path_from(query, 1, 2), find_in(query.integer(0), query.bytes(2), after),
                           find_in(query.integer(0), query.bytes(2), upto)});
    std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return changes;
}

void Entries::each_change(TreeId tree, Generation generation,
                          const std::function<void(const EntryChange&)>& seen) {
    auto query = db_->query(
        "select f.path, e.name, e.kind, e.mode, e.hidden, e.size, e.mtime, b.digest, e.target, e.since "
        "from folders f cross join entries e left join blobs b on b.id = e.blob "
        "where f.tree = ?1 and e.folder = f.id and (e.since = ?2 or e.until = ?2) "
        "order by f.path, e.name, e.since");
    query.bind(tree).bind(generation);
    std::optional<EntryChange> change;  // of which the later row may still come
    while (query.next()) {
        auto path = path_from(query, 0, 1);
        if (!change || change->path != path) {
            if (change) seen(*change);
            change = EntryChange{std::move(path), {}, {}};
        }
        (query.count(9) == generation ? change->after : change->before) = entry_from(query, 2);
    }
    if (change) seen(*change);
}

std::vector<PathEntry> Entries::paths_of(TreeId tree, Generation generation, const Digest& digest) {
    auto query = db_->query(
        "select f.path, e.name, e.kind, e.mode, e.hidden, e.size, e.mtime, b.digest, e.target "
        "from blobs b join entries e on e.blob = b.id join folders f on f.id = e.folder "
        "where b.digest = ?3 and e.tree = ?1 and e.since <= ?2 and (e.until is null or e.until > ?2) "
        "order by f.path, e.name");
    query.bind(tree).bind(generation).bind(digest);
    std::vector<PathEntry> paths;
    while (query.next())
        paths.push_back({path_from(query, 0, 1), entry_from(query, 2)});
    return paths;
}

bool Entries::is_served(const Digest& digest) {
    auto query = db_->query(
        "select 1 from blobs b where b.digest = ? and (exists ("
        "  select 1 from entries e join trees t on t.id = e.tree where e.blob = b.id and e.hidden = 0 "
        "  and e.since <= t.generation and (e.until is null or e.until > t.generation)) "
        "or exists (select 1 from releases r where r.blob = b.id and r.withdrawn = 0 and r.hidden = 0) "
        "or exists (select 1 from release_files f join releases r on r.id = f.release "
        "  where f.blob = b.id and r.withdrawn = 0 and r.hidden = 0))");
    query.bind(digest);
    return query.next();
}

bool Entries::is_only_hidden(const Digest& digest) {
    if (is_served(digest)) return false;
    auto query = db_->query(
        "select 1 from blobs b join entries e on e.blob = b.id join trees t on t.id = e.tree "
        "where b.digest = ? and e.hidden = 1 "
        "and e.since <= t.generation and (e.until is null or e.until > t.generation) limit 1");
    query.bind(digest);
    return query.next();
}

void Entries::put(TreeId tree, Generation candidate, const RelPath& folder, std::string_view name,
                  const Entry& entry) {
    const auto id = folder_id(tree, folder);
    if (candidate > 1)
        db_->query(
               "update entries set until = ?1 where folder = ?2 and name = ?3 and since < ?1 and until is "
               "null")
            .bind(candidate)
            .bind(id)
            .bind_bytes(name)
            .run();
    auto query = db_->query(
        "insert or replace into entries(folder, name, since, tree, kind, mode, hidden, size, mtime, blob, "
        "target) "
        "values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    query.bind(id)
        .bind_bytes(name)
        .bind(candidate)
        .bind(tree)
        .bind(static_cast<int>(entry.kind))
        .bind(entry.mode)
        .bind(entry.hidden ? 1 : 0)
        .bind(entry.size)
        .bind(entry.mtime.nanoseconds)
        .bind(entry.digest ? blob_id(*entry.digest) : std::nullopt);
    if (entry.kind == EntryKind::link)
        query.bind_bytes(entry.target);
    else
        query.bind(nullptr);
    query.run();
}

void Entries::expect(std::vector<Digest> digests) {
    expected_.clear();
    std::sort(digests.begin(), digests.end());
    std::unordered_map<Digest, std::int64_t> found;
    for (const auto& digest : digests)
        if (const auto id = blob_id(digest)) found.emplace(digest, *id);
    expected_ = std::move(found);
}

std::optional<std::int64_t> Entries::blob_id(const Digest& digest) {
    if (const auto found = expected_.find(digest); found != expected_.end()) return found->second;
    auto query = db_->query("select id from blobs where digest = ?");
    query.bind(digest);
    if (!query.next()) return std::nullopt;
    return query.integer(0);
}

void Entries::drop(TreeId tree, Generation candidate, const RelPath& folder, std::string_view name,
                   Leaving leaving) {
    const auto id = folder_id(tree, folder);
    db_->query("delete from entries where folder = ? and name = ? and since = ?")
        .bind(id)
        .bind_bytes(name)
        .bind(candidate)
        .run();
    db_->query(
           "update entries set until = ?1, dropped = ?2 "
           "where folder = ?3 and name = ?4 and since < ?1 and until is null")
        .bind(candidate)
        .bind(leaving == Leaving::dropped_upstream ? 1 : 0)
        .bind(id)
        .bind_bytes(name)
        .run();
}

void Entries::abandon(TreeId tree, Generation candidate) {
    if (candidate > 1) {
        db_->query("delete from entries where tree = ? and since > 1 and since = ?")
            .bind(tree)
            .bind(candidate)
            .run();
        db_->query(
               "update entries set until = null, dropped = 0 "
               "where tree = ? and until is not null and until = ?")
            .bind(tree)
            .bind(candidate)
            .run();
    } else {
        db_->query("delete from entries where folder in (select id from folders where tree = ?)")
            .bind(tree)
            .run();
    }
}

void Entries::forget_before(TreeId tree, Generation oldest) {
    db_->query("delete from entries where tree = ? and until is not null and until <= ?")
        .bind(tree)
        .bind(oldest)
        .run();
}

bool Entries::remove_some(TreeId tree) {
    Transaction transaction(*db_);
    constexpr auto at_once = 100;
    db_->query(
           "delete from entries where folder in (select id from folders where tree = ? order by path limit "
           "?)")
        .bind(tree)
        .bind(at_once)
        .run();
    db_->query(
           "delete from folders where id in (select id from folders where tree = ? order by path limit ?)")
        .bind(tree)
        .bind(at_once)
        .run();
    const bool is_any_left = db_->changed_rows() == at_once;
    transaction.commit();
    last_tree_ = 0;
    return is_any_left;
}

}  // namespace mirrorseed
