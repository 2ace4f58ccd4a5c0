#include "core/store/catalogue_dresses.hpp"

#include "core/store/sqlite.hpp"

#include <utility>

namespace mirrorseed {
namespace {

std::vector<Digest> digests_from(Query query) {
    std::vector<Digest> digests;
    while (query.next())
        digests.push_back(query.digest(0).value());
    return digests;
}

}  // namespace

void Dresses::wears(const Digest& digest, const Dress& dress) {
    db_->query("update blobs set mode = ?, mtime = ?, next_mtime = null where digest = ?")
        .bind(dress.mode)
        .bind(dress.mtime.nanoseconds)
        .bind(digest)
        .run();
}

void Dresses::will_wear(const Digest& digest, const Dress& next) {
    db_->query("update blobs set mode = mode & ?, next_mtime = ? where digest = ?")
        .bind(next.mode)
        .bind(next.mtime.nanoseconds)
        .bind(digest)
        .run();
}

std::vector<Digest> Dresses::half_dressed() {
    return digests_from(db_->query("select digest from blobs where next_mtime is not null order by id"));
}

std::vector<Digest> Dresses::dressed_otherwise(const ToShow& what) {
    // A first generation arrives in the order of its folders, and no index knows its rows by number.
    if (what.since == 0) {
        auto query = db_->query(
            "select distinct b.digest from folders f cross join entries e join blobs b on b.id = e.blob "
            "where f.tree = ?1 and e.folder = f.id and e.since <= ?2 and (e.until is null or e.until > ?2) "
            "and (b.mode is not e.mode or b.mtime is not e.mtime)");
        query.bind(what.tree).bind(what.shown);
        return digests_from(std::move(query));
    }
    auto query = db_->query(
        "select distinct b.digest from entries e join blobs b on b.id = e.blob "
        "where e.tree = ?1 and e.since > 1 and e.since > ?3 and e.since <= ?2 "
        "and (e.until is null or e.until > ?2) and (b.mode is not e.mode or b.mtime is not e.mtime)");
    query.bind(what.tree).bind(what.shown).bind(what.since);
    return digests_from(std::move(query));
}

std::vector<DressWish> Dresses::wishes(const Digest& digest, const ToShow& what) {
    auto query = db_->query(
        "select e.mode, e.mtime, e.hidden = 0, iif(t.id = ?2, ?5, t.checkout <> 0), count(*), "
        "  sum(t.id = ?2 and e.since > ?4) "
        "from blobs b join entries e on e.blob = b.id join trees t on t.id = e.tree "
        "where b.digest = ?1 and e.since <= iif(t.id = ?2, ?3, t.generation) "
        "and (e.until is null or e.until > iif(t.id = ?2, ?3, t.generation)) "
        "group by 1, 2, 3, 4 order by 1, 2, 3, 4");
    query.bind(digest).bind(what.tree).bind(what.shown).bind(what.since).bind(what.has_checkout ? 1 : 0);
    std::vector<DressWish> wishes;
    while (query.next())
        wishes.push_back({.dress = {static_cast<std::uint32_t>(query.integer(0)), {query.integer(1)}},
                          .is_readable = query.integer(2) != 0,
                          .is_shown = query.integer(3) != 0,
                          .names = query.count(4),
                          .to_place = query.count(5)});
    return wishes;
}

bool Dresses::is_in_release(const Digest& digest) {
    auto query = db_->query(
        "select 1 from blobs b where b.digest = ? and ("
        "  exists (select 1 from releases r where r.blob = b.id and r.withdrawn = 0 and r.hidden = 0) "
        "or exists (select 1 from release_files f join releases r on r.id = f.release "
        "  where f.blob = b.id and r.withdrawn = 0 and r.hidden = 0))");
    query.bind(digest);
    return query.next();
}

std::vector<Digest> Dresses::closed_to_readers(TreeId tree, Generation candidate) {
    if (candidate == 1) {
        auto query = db_->query(
            "select digest from blobs b where (mode is null or (mode & 4) = 0) and exists ("
            "  select 1 from entries e where e.blob = b.id and e.tree = ? and e.hidden = 0)");
        query.bind(tree);
        return digests_from(std::move(query));
    }
    auto query = db_->query(
        "select distinct b.digest from entries e join blobs b on b.id = e.blob "
        "where e.tree = ? and e.since > 1 and e.since = ? and e.hidden = 0 "
        "and (b.mode is null or (b.mode & 4) = 0)");
    query.bind(tree).bind(candidate);
    return digests_from(std::move(query));
}

}  // namespace mirrorseed
