#include "core/store/catalogue_releases.hpp"

#include "core/store/sqlite.hpp"

#include "core/text.hpp"

#include <cstring>
#include <utility>

namespace mirrorseed {
namespace {

std::string_view packed(const Sha1Hash& hash) {
    return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

std::optional<Release> read_release(Query query) {
    if (!query.next()) return std::nullopt;
    Release release{.id = query.integer(0),
                    .tree = query.integer(1),
                    .path = RelPath::parse(query.bytes(2)).value(),
                    .name = query.text(3),
                    .title = query.text(4),
                    .published = query.integer(5),
                    .content = query.digest(7),
                    .size = query.count(8),
                    .info_hash_v2 = query.digest(10)};
    if (!query.is_null(6)) release.gone = query.integer(6);
    if (const auto v1 = query.bytes(9); v1.size() == sizeof(Sha1Hash))
        std::memcpy(release.info_hash_v1.emplace().bytes.data(), v1.data(), v1.size());
    return release;
}

std::optional<ReleaseFile> read_file(Query& query) {
    if (!query.next()) return std::nullopt;
    return ReleaseFile{.path = RelPath::parse(query.bytes(0)).value(),
                       .size = query.count(1),
                       .content = query.digest(2),
                       .pad = query.integer(3) != 0};
}

}  // namespace

ReleaseId Releases::add(const Release& release, const std::vector<ReleaseFile>& files) {
    auto query = db_->query(
        "insert into releases(tree, path, name, title, published, gone, blob, size, info_hash_v1, "
        "info_hash_v2) values(?, ?, ?, ?, ?, ?, (select id from blobs where digest = ?), ?, ?, ?)");
    query.bind(release.tree)
        .bind_bytes(release.path.str())
        .bind_bytes(release.name)
        .bind(release.title)
        .bind(release.published)
        .bind(release.gone)
        .bind(release.content)
        .bind(release.size);
    if (release.info_hash_v1)
        query.bind_bytes(packed(*release.info_hash_v1));
    else
        query.bind(nullptr);
    query.bind(release.info_hash_v2).run();
    const auto id = db_->last_id();
    std::int64_t position = 0;
    for (const auto& file : files)
        db_->query(
               "insert into release_files(release, position, path, blob, size, pad) "
               "values(?, ?, ?, (select id from blobs where digest = ?), ?, ?)")
            .bind(id)
            .bind(position++)
            .bind_bytes(file.path.str())
            .bind(file.content)
            .bind(file.size)
            .bind(file.pad ? 1 : 0)
            .run();
    return id;
}

void Releases::describe(ReleaseId release, std::string_view kind, std::string_view bytes) {
    db_->query("insert or replace into descriptions(release, kind, bytes) values(?, ?, ?)")
        .bind(release)
        .bind(kind)
        .bind_bytes(bytes)
        .run();
}

void Releases::withdraw(ReleaseId release) {
    db_->query("update releases set withdrawn = 1 where id = ?").bind(release).run();
}

Contents::Sum Releases::sum_of(TreeId tree) {
    auto query = db_->query(
        "select count(*), coalesce(sum(size), 0) from blobs where id in ("
        "  select blob from releases where tree = ?1 and withdrawn = 0 union "
        "  select f.blob from release_files f join releases r on r.id = f.release "
        "  where r.tree = ?1 and r.withdrawn = 0)");
    query.bind(tree);
    query.next();
    return {query.count(0), query.count(1)};
}

std::optional<Release> Releases::with_info_hash(std::string_view hex) {
    if (Sha1Hash v1; from_hex(hex, v1.bytes)) {
        auto query =
            db_->query("select * from listed_releases where info_hash_v1 = ? order by id desc limit 1");
        query.bind_bytes(packed(v1));
        return read_release(std::move(query));
    }
    const auto v2 = Digest::parse_hex(hex);
    if (!v2) return std::nullopt;
    auto query = db_->query("select * from listed_releases where info_hash_v2 = ? order by id desc limit 1");
    query.bind(*v2);
    return read_release(std::move(query));
}

std::optional<Release> Releases::at(TreeId tree, const RelPath& path) {
    auto query =
        db_->query("select * from listed_releases where tree = ? and path = ? order by id desc limit 1");
    query.bind(tree).bind_bytes(path.str());
    return read_release(std::move(query));
}

std::optional<ReleaseFile> Releases::file(ReleaseId release, const RelPath& path) {
    auto query = db_->query(
        "select path, size, content, pad from listed_release_files where release = ? and path = ? "
        "order by position limit 1");
    query.bind(release).bind_bytes(path.str());
    return read_file(query);
}

std::optional<ReleaseFile> Releases::only_file(ReleaseId release) {
    auto query = db_->query(
        "select path, size, content, pad from listed_release_files where release = ? and pad = 0 limit 2");
    query.bind(release);
    auto only = read_file(query);
    if (only && query.next()) return std::nullopt;
    return only;
}

bool Releases::is_described(ReleaseId release, std::string_view kind) {
    auto query = db_->query("select 1 from descriptions where release = ? and kind = ?");
    query.bind(release).bind(kind);
    return query.next();
}

std::optional<std::string> Releases::description(ReleaseId release, std::string_view kind) {
    auto query = db_->query("select bytes from descriptions where release = ? and kind = ?");
    query.bind(release).bind(kind);
    if (!query.next()) return std::nullopt;
    return query.text(0);
}

std::vector<Sha1Hash> Releases::listed_hashes() {
    std::vector<Sha1Hash> hashes;
    auto query = db_->query("select info_hash_v1, info_hash_v2 from listed_releases");
    while (query.next())
        for (const int column : {0, 1})
            if (const auto bytes = query.bytes(column); bytes.size() >= sizeof(Sha1Hash)) {
                Sha1Hash hash;
                std::memcpy(hash.bytes.data(), bytes.data(), sizeof hash);
                hashes.push_back(hash);
            }
    return hashes;
}

}  // namespace mirrorseed
