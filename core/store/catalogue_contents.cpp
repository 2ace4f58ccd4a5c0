#include "core/store/catalogue_contents.hpp"

#include "core/store/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed {
namespace {

// Columns of every query below that answers blobs: digest, size, checked, damaged, mode, mtime, next_mtime
BlobRow blob_from(const Query& row) {
    BlobRow blob{row.digest(0).value(), row.count(1), row.integer(2), row.integer(3) != 0};
    if (!row.is_null(4)) blob.dress = Dress{static_cast<std::uint32_t>(row.integer(4)), {row.integer(5)}};
    if (!row.is_null(6)) blob.next_mtime = FileTime{row.integer(6)};
    return blob;
}

std::vector<BlobRow> blobs_from(Query query) {
    std::vector<BlobRow> rows;
    while (query.next())
        rows.push_back(blob_from(query));
    return rows;
}

// [[tree, since], ...]
std::string as_json(const std::vector<Contents::Graced>& graced) {
    std::string text;
    for (const auto& one : graced)
        text += fmt::format("{}[{},{}]", text.empty() ? "" : ",", one.tree, one.since);
    return "[" + text + "]";
}

}  // namespace

bool Contents::add_blob(const Digest& digest, Bytes size, UnixTime checked,
                        const std::optional<Dress>& dress) {
    auto query = db_->query(
        "insert into blobs(digest, size, checked, mode, mtime) values(?, ?, ?, ?, ?) "
        "on conflict(digest) do nothing");
    query.bind(digest).bind(size).bind(checked);
    if (dress) query.bind(dress->mode).bind(dress->mtime.nanoseconds);
    query.run();
    return db_->changed_rows() > 0;
}

std::optional<BlobRow> Contents::blob(const Digest& digest) {
    auto query = db_->query(
        "select digest, size, checked, damaged, mode, mtime, next_mtime from blobs where digest = ?");
    query.bind(digest);
    if (!query.next()) return std::nullopt;
    return blob_from(query);
}

bool Contents::has_blob(const Digest& digest) {
    auto query = db_->query("select 1 from blobs where digest = ?");
    query.bind(digest);
    return query.next();
}

std::optional<Bytes> Contents::size_of(const Digest& digest) {
    auto query = db_->query("select size from blobs where digest = ?");
    query.bind(digest);
    if (!query.next()) return std::nullopt;
    return query.count(0);
}

std::vector<BlobRow> Contents::stored_among(std::vector<Digest> digests) {
    std::sort(digests.begin(), digests.end());
    std::vector<BlobRow> stored;
    auto wanted = digests.begin();
    while (wanted != digests.end()) {
        // Where the wanted ones lie far apart, the walk starts again at the next of them.
        auto walk = db_->query(
            "select digest, size, checked, damaged, mode, mtime, next_mtime from blobs "
            "where digest >= ? order by digest");
        walk.bind(*wanted);
        for (int strangers = 0; strangers < 100 && wanted != digests.end();) {
            if (!walk.next()) return stored;
            const auto digest = walk.digest(0).value();
            while (wanted != digests.end() && *wanted < digest)
                ++wanted;
            const bool found = wanted != digests.end() && *wanted == digest;
            if (found) stored.push_back(blob_from(walk));
            strangers = found ? 0 : strangers + 1;
        }
    }
    return stored;
}

bool Contents::has_sound_blob(const Digest& digest) {
    auto query = db_->query("select 1 from blobs where digest = ? and damaged = 0");
    query.bind(digest);
    return query.next();
}

void Contents::forget_blob(const Digest& digest) {
    db_->query("delete from blobs where digest = ?").bind(digest).run();
}

Contents::Naming Contents::begin_naming() {
    db_->query("insert into naming default values").run();
    return db_->last_id();
}

void Contents::end_naming(Naming naming) {
    db_->query("delete from naming where id = ?").bind(naming).run();
}

std::vector<Contents::Naming> Contents::namings() {
    auto query = db_->query("select id from naming order by id");
    std::vector<Naming> namings;
    while (query.next())
        namings.push_back(query.integer(0));
    return namings;
}

void Contents::mark_checked(const Digest& digest, UnixTime when, bool damaged) {
    db_->query("update blobs set checked = ?, damaged = ? where digest = ?")
        .bind(when)
        .bind(damaged ? 1 : 0)
        .bind(digest)
        .run();
}

std::unordered_set<Digest> Contents::damaged() {
    auto query = db_->query("select digest from blobs where damaged <> 0");
    std::unordered_set<Digest> digests;
    while (query.next())
        digests.insert(query.digest(0).value());
    return digests;
}

void Contents::note_mended() {
    db_->query("update revision set number = number + 1").run();
}

std::uint64_t Contents::revision() {
    auto query = db_->query("select number from revision");
    return query.next() ? query.count(0) : 0;
}

std::vector<BlobRow> Contents::blobs_by_age() {
    return blobs_from(
        db_->query("select digest, size, checked, damaged, mode, mtime, next_mtime from blobs "
                   "order by checked, id"));
}

Contents::Sum Contents::stored() {
    auto query = db_->query("select count(*), coalesce(sum(size), 0) from blobs");
    query.next();
    return {query.count(0), query.count(1)};
}

std::vector<BlobRow> Contents::unneeded(const std::vector<Graced>& graced, UnixTime now) {
    // floor: the oldest generation of a tree whose bytes are kept. A row that ended at or before it names a
    // content that no kept generation shows. An ended row with the candidate's number is still the published
    // one's. graced: the first generation since which grace has not run out. dated: the first of which the
    // clock tells when it was; nobody knows how long before that an earlier one was.
    auto query = db_->query(
        "with wished(tree, since) as materialized ("
        "  select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?1)), "
        "floors(tree, floor, graced, dated) as materialized ("
        "  select t.id, coalesce((select min(number) from generations g where g.tree = t.id and g.kept = 1), "
        "  t.generation), "
        "  coalesce((select min(number) from generations g join wished w on w.tree = g.tree "
        "    where g.tree = t.id and g.published between w.since and ?2), 9223372036854775807), "
        "  coalesce((select min(number) from generations g where g.tree = t.id and g.published <= ?2), "
        "    9223372036854775807) from trees t) "
        "select digest, size, checked, damaged, mode, mtime, next_mtime from blobs b where not exists ("
        "  select 1 from entries e join floors f on f.tree = e.tree where e.blob = b.id and ("
        "    e.until is null or e.until > f.floor or ((e.until >= f.graced or e.until < f.dated) and exists ("
        "      select 1 from generations g where g.tree = e.tree and g.number = e.until)))) "
        "and not exists (select 1 from staged s where s.blob = b.id) "
        "and not exists (select 1 from on_demand d where d.blob = b.id) "
        "and not exists (select 1 from releases r where r.blob = b.id and r.withdrawn = 0) "
        "and not exists (select 1 from release_files f join releases r on r.id = f.release "
        "  where f.blob = b.id and r.withdrawn = 0) order by b.id");
    query.bind(as_json(graced)).bind(now);
    return blobs_from(std::move(query));
}

void Contents::stage(TreeId tree, const StagedFile& file) {
    db_->query(
           "insert or replace into staged(tree, path, size, mtime, blob) "
           "values(?, ?, ?, ?, (select id from blobs where digest = ?))")
        .bind(tree)
        .bind_bytes(file.path.str())
        .bind(file.size)
        .bind(file.mtime.nanoseconds)
        .bind(file.digest)
        .run();
}

void Contents::each_staged(TreeId tree, const std::function<void(const StagedFile&)>& seen) {
    auto query = db_->query(
        "select s.path, s.size, s.mtime, b.digest from staged s join blobs b on b.id = s.blob "
        "where s.tree = ? order by s.path");
    query.bind(tree);
    while (query.next())
        seen({RelPath::parse(query.bytes(0)).value(),
              query.count(1),
              {query.integer(2)},
              query.digest(3).value()});
}

std::optional<StagedFile> Contents::staged(TreeId tree, const RelPath& path) {
    auto query = db_->query(
        "select s.size, s.mtime, b.digest from staged s join blobs b on b.id = s.blob "
        "where s.tree = ? and s.path = ?");
    query.bind(tree).bind_bytes(path.str());
    if (!query.next()) return std::nullopt;
    return StagedFile{path, query.count(0), {query.integer(1)}, query.digest(2).value()};
}

void Contents::unstage(TreeId tree, const RelPath& path) {
    db_->query("delete from staged where tree = ? and path = ?").bind(tree).bind_bytes(path.str()).run();
}

void Contents::clear_staged(TreeId tree) {
    db_->query("delete from staged where tree = ?").bind(tree).run();
}

void Contents::set_left_out(TreeId tree, const std::vector<LeftOut>& left_out) {
    db_->query("delete from left_out where tree = ?").bind(tree).run();
    for (const auto& item : left_out) {
        auto query = db_->query(
            "insert or replace into left_out(tree, path, reason, size, mtime, digest) values(?, ?, ?, ?, ?, "
            "?)");
        query.bind(tree).bind_bytes(item.path.str()).bind(item.reason);
        if (item.withdrawn)
            query.bind(item.withdrawn->size)
                .bind(item.withdrawn->mtime.nanoseconds)
                .bind(item.withdrawn->digest);
        query.run();
    }
}

std::vector<LeftOut> Contents::left_out(TreeId tree) {
    auto query =
        db_->query("select path, reason, size, mtime, digest from left_out where tree = ? order by path");
    query.bind(tree);
    std::vector<LeftOut> items;
    while (query.next()) {
        LeftOut item{RelPath::parse(query.bytes(0)).value(), query.text(1)};
        if (const auto digest = query.digest(4))
            item.withdrawn = StagedFile{item.path, query.count(2), {query.integer(3)}, *digest};
        items.push_back(std::move(item));
    }
    return items;
}

void Contents::withdraw(const Digest& digest, UnixTime when) {
    db_->query("insert into withdrawn(digest, at) values(?, ?) on conflict do nothing")
        .bind(digest)
        .bind(when)
        .run();
}

bool Contents::is_withdrawn(const Digest& digest) {
    auto query = db_->query("select 1 from withdrawn where digest = ?");
    query.bind(digest);
    return query.next();
}

std::vector<Digest> Contents::withdrawn() {
    auto query = db_->query("select digest from withdrawn order by digest");
    std::vector<Digest> digests;
    while (query.next())
        digests.push_back(query.digest(0).value());
    return digests;
}

void Contents::strip(const Digest& digest) {
    db_->query("update entries set blob = null where blob = (select id from blobs where digest = ?)")
        .bind(digest)
        .run();
    db_->query("delete from staged where blob = (select id from blobs where digest = ?)").bind(digest).run();
    db_->query("update releases set blob = null where blob = (select id from blobs where digest = ?)")
        .bind(digest)
        .run();
    db_->query("update release_files set blob = null where blob = (select id from blobs where digest = ?)")
        .bind(digest)
        .run();
}

}  // namespace mirrorseed
