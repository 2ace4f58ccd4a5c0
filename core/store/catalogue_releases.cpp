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

Release release_from(const Query& query) {
    Release release{.id = query.integer(0),
                    .tree = query.integer(1),
                    .path = RelPath::parse(query.bytes(2)).value(),
                    .name = query.text(3),
                    .title = query.text(4),
                    .published = query.integer(5),
                    .content = query.digest(7),
                    .size = query.count(8),
                    .info_hash_v2 = query.digest(10),
                    .since = query.count(11),
                    .hidden = query.integer(12) != 0,
                    .rule = query.text(13),
                    .thing = query.text(14),
                    .keep = std::chrono::seconds(query.integer(15)),
                    .keep_versions = static_cast<unsigned>(query.integer(16)),
                    .piece_length = query.count(17),
                    .adopted = query.integer(18) != 0,
                    .tree_name = query.text(19)};
    if (!query.is_null(6)) release.gone = query.integer(6);
    if (!query.is_null(20)) release.over = query.integer(20);
    if (const auto v1 = query.bytes(9); v1.size() == sizeof(Sha1Hash))
        std::memcpy(release.info_hash_v1.emplace().bytes.data(), v1.data(), v1.size());
    return release;
}

std::optional<Release> read_release(Query query) {
    if (!query.next()) return std::nullopt;
    return release_from(query);
}

std::vector<Release> read_releases(Query query) {
    std::vector<Release> releases;
    while (query.next())
        releases.push_back(release_from(query));
    return releases;
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
        "info_hash_v2, since, hidden, rule, thing, keep, keep_versions, piece_length, adopted, tree_name) "
        "values(?, ?, ?, ?, ?, ?, (select id from blobs where digest = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?)");
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
    query.bind(release.info_hash_v2)
        .bind(release.since)
        .bind(release.hidden ? 1 : 0)
        .bind(release.rule)
        .bind_bytes(release.thing)
        .bind(release.keep.count())
        .bind(release.keep_versions)
        .bind(release.piece_length)
        .bind(release.adopted ? 1 : 0)
        .bind(release.tree_name)
        .run();
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

void Releases::set_gone(ReleaseId release, std::optional<UnixTime> gone) {
    db_->query("update releases set gone = ? where id = ?").bind(gone).bind(release).run();
}

void Releases::set_hidden(ReleaseId release, bool hidden) {
    db_->query("update releases set hidden = ? where id = ?").bind(hidden ? 1 : 0).bind(release).run();
}

void Releases::set_over(ReleaseId release, std::optional<UnixTime> over) {
    db_->query("update releases set over = ? where id = ?").bind(over).bind(release).run();
}

void Releases::set_keeping(ReleaseId release, std::chrono::seconds keep, unsigned keep_versions) {
    db_->query("update releases set keep = ?, keep_versions = ? where id = ?")
        .bind(keep.count())
        .bind(keep_versions)
        .bind(release)
        .run();
}

void Releases::remove(ReleaseId release) {
    db_->query("delete from releases where id = ?").bind(release).run();
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
    auto query = db_->query(
        "select * from listed_releases where tree = ? and path = ? "
        "order by gone is not null, id desc limit 1");
    query.bind(tree).bind_bytes(path.str());
    return read_release(std::move(query));
}

std::vector<Release> Releases::listed() {
    return read_releases(
        db_->query("select * from listed_releases order by published desc, tree_name, path, id desc"));
}

std::vector<Release> Releases::of_tree(TreeId tree) {
    auto query = db_->query("select * from known_releases where tree = ? order by published desc, id desc");
    query.bind(tree);
    return read_releases(std::move(query));
}

std::vector<Release> Releases::with_hash(std::string_view hex) {
    auto query = db_->query(
        "select * from known_releases where lower(hex(info_hash_v1)) = ?1 "
        "or lower(hex(info_hash_v2)) = ?1");
    query.bind(lowered(hex));
    return read_releases(std::move(query));
}

std::vector<Release> Releases::of_tree_named(std::string_view name) {
    auto query =
        db_->query("select * from known_releases where tree_name = ? order by published desc, id desc");
    query.bind(name);
    return read_releases(std::move(query));
}

std::optional<Release> Releases::with_id(ReleaseId id) {
    auto query = db_->query("select * from known_releases where id = ?");
    query.bind(id);
    return read_release(std::move(query));
}

std::vector<TreeId> Releases::trees() {
    auto query = db_->query("select distinct tree from known_releases order by tree");
    std::vector<TreeId> trees;
    while (query.next())
        trees.push_back(query.integer(0));
    return trees;
}

std::vector<Release> Releases::all_at(TreeId tree, const RelPath& path) {
    auto query = db_->query("select * from known_releases where tree = ? and path = ? order by id desc");
    query.bind(tree).bind_bytes(path.str());
    return read_releases(std::move(query));
}

std::vector<Release> Releases::naming(const Digest& content) {
    auto query = db_->query(
        "select * from known_releases where id in ("
        "  select r.id from releases r join blobs b on b.id = r.blob where b.digest = ?1 union "
        "  select f.release from release_files f join blobs b on b.id = f.blob where b.digest = ?1)");
    query.bind(content);
    return read_releases(std::move(query));
}

std::vector<ReleaseFile> Releases::files(ReleaseId release) {
    auto query = db_->query(
        "select path, size, content, pad from listed_release_files where release = ? order by position");
    query.bind(release);
    std::vector<ReleaseFile> files;
    while (auto file = read_file(query))
        files.push_back(std::move(*file));
    return files;
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

Bytes Releases::description_size(ReleaseId release, std::string_view kind) {
    auto query = db_->query("select length(bytes) from descriptions where release = ? and kind = ?");
    query.bind(release).bind(kind);
    return query.next() ? query.count(0) : 0;
}

std::optional<std::string> Releases::description(ReleaseId release, std::string_view kind) {
    auto query = db_->query("select bytes from descriptions where release = ? and kind = ?");
    query.bind(release).bind(kind);
    if (!query.next()) return std::nullopt;
    return query.text(0);
}

void Releases::set_undescribed(TreeId tree, const RelPath& path, const std::string& reason) {
    db_->query("insert or replace into undescribed(tree, path, reason) values(?, ?, ?)")
        .bind(tree)
        .bind_bytes(path.str())
        .bind(reason)
        .run();
}

void Releases::clear_undescribed(TreeId tree, const RelPath& path) {
    db_->query("delete from undescribed where tree = ? and path = ?").bind(tree).bind_bytes(path.str()).run();
}

std::vector<Releases::Undescribed> Releases::undescribed(TreeId tree) {
    auto query = db_->query("select path, reason from undescribed where tree = ? order by path");
    query.bind(tree);
    std::vector<Undescribed> all;
    while (query.next())
        all.push_back({RelPath::parse(query.bytes(0)).value(), query.text(1)});
    return all;
}

std::string Releases::described_for(TreeId tree) {
    auto query = db_->query("select described_for from trees where id = ?");
    query.bind(tree);
    return query.next() ? query.text(0) : std::string();
}

void Releases::set_described_for(TreeId tree, const std::string& rules) {
    db_->query("update trees set described_for = ? where id = ?").bind(rules).bind(tree).run();
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
