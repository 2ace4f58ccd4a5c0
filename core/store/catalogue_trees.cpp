#include "core/store/catalogue_trees.hpp"

#include "core/store/sqlite.hpp"

namespace mirrorseed {
namespace {

TreeRow tree_from(const Query& row) {
    return {.id = row.integer(0),
            .name = row.text(1),
            .lineage = row.text(2),
            .generation = row.count(3),
            .candidate = row.count(4),
            .held_reason = row.text(5),
            .paused = row.integer(6) != 0,
            .checkout = row.count(7),
            .listed_for = row.text(8),
            .listed_at = row.integer(9),
            .listed_as = row.digest(10),
            .held_name = row.text(11),
            .read_at = row.integer(12),
            .behind_since = row.integer(13)};
}

GenerationRow generation_from(const Query& row) {
    return {.number = row.count(0),
            .published = row.integer(1),
            .entries = row.count(2),
            .files = row.count(3),
            .bytes = row.count(4),
            .added = row.count(5),
            .changed = row.count(6),
            .removed = row.count(7),
            .upstream = row.text(8),
            .manifest = row.digest(9),
            .kept = row.integer(10) != 0,
            .restores = row.count(11)};
}

}  // namespace

std::optional<TreeRow> Trees::find(std::string_view name) {
    auto query = db_->query(
        "select id, name, lineage, generation, candidate, held_reason, paused, checkout, listed_for, "
        "listed_at, listed_as, held_name, read_at, behind_since from trees where name = ?");
    query.bind(name);
    if (!query.next()) return std::nullopt;
    return tree_from(query);
}

TreeRow Trees::ensure(std::string_view name) {
    db_->query("insert into trees(name) values(?) on conflict do nothing").bind(name).run();
    return find(name).value();
}

std::vector<TreeRow> Trees::all() {
    auto query = db_->query(
        "select id, name, lineage, generation, candidate, held_reason, paused, checkout, listed_for, "
        "listed_at, listed_as, held_name, read_at, behind_since from trees order by name");
    std::vector<TreeRow> rows;
    while (query.next())
        rows.push_back(tree_from(query));
    return rows;
}

void Trees::start_candidate(TreeId tree) {
    db_->query("update trees set candidate = generation + 1, held_reason = '', held_name = '' where id = ?")
        .bind(tree)
        .run();
}

void Trees::hold_candidate(TreeId tree, std::string_view reason, std::string_view name) {
    db_->query("update trees set held_reason = ?, held_name = ? where id = ?")
        .bind(reason)
        .bind(name)
        .bind(tree)
        .run();
}

void Trees::drop_candidate(TreeId tree) {
    db_->query("update trees set candidate = 0, held_reason = '', held_name = '' where id = ?")
        .bind(tree)
        .run();
}

void Trees::publish(TreeId tree, const GenerationRow& generation) {
    restore(tree, generation);
    db_->query(
           "update trees set generation = ?, candidate = 0, held_reason = '', held_name = '', listed_as = "
           "null where id = ?")
        .bind(generation.number)
        .bind(tree)
        .run();
}

void Trees::set_lineage(TreeId tree, std::string_view lineage) {
    db_->query("update trees set lineage = ? where id = ?").bind(lineage).bind(tree).run();
}

void Trees::set_paused(TreeId tree, bool paused) {
    db_->query("update trees set paused = ? where id = ?").bind(paused ? 1 : 0).bind(tree).run();
}

void Trees::set_checkout(TreeId tree, Generation generation) {
    db_->query("update trees set checkout = ? where id = ?").bind(generation).bind(tree).run();
}

void Trees::set_listed(TreeId tree, std::string_view terms, UnixTime when,
                       const std::optional<Digest>& listing) {
    db_->query("update trees set listed_for = ?, listed_at = ?, listed_as = ? where id = ?")
        .bind(terms)
        .bind(when)
        .bind(listing)
        .bind(tree)
        .run();
}

void Trees::set_read(TreeId tree, UnixTime when) {
    db_->query("update trees set read_at = ? where id = ?").bind(when).bind(tree).run();
}

void Trees::set_behind(TreeId tree, UnixTime since) {
    db_->query("update trees set behind_since = ?1 where id = ?2 and behind_since <> ?1")
        .bind(since)
        .bind(tree)
        .run();
}

std::optional<GenerationRow> Trees::generation(TreeId tree, Generation number) {
    auto query = db_->query(
        "select number, published, entries, files, bytes, added, changed, removed, upstream, manifest, kept, "
        "restores from generations where tree = ? and number = ?");
    query.bind(tree).bind(number);
    if (!query.next()) return std::nullopt;
    return generation_from(query);
}

std::vector<GenerationRow> Trees::generations(TreeId tree) {
    auto query = db_->query(
        "select number, published, entries, files, bytes, added, changed, removed, upstream, manifest, kept, "
        "restores from generations where tree = ? order by number desc");
    query.bind(tree);
    std::vector<GenerationRow> rows;
    while (query.next())
        rows.push_back(generation_from(query));
    return rows;
}

void Trees::set_manifest(TreeId tree, Generation number, const std::optional<Digest>& digest) {
    db_->query("update generations set manifest = ? where tree = ? and number = ?")
        .bind(digest)
        .bind(tree)
        .bind(number)
        .run();
}

void Trees::set_kept(TreeId tree, Generation number, bool kept) {
    db_->query("update generations set kept = ? where tree = ? and number = ?")
        .bind(kept ? 1 : 0)
        .bind(tree)
        .bind(number)
        .run();
}

void Trees::forget_generation(TreeId tree, Generation number) {
    db_->query("delete from generations where tree = ? and number = ?").bind(tree).bind(number).run();
}

void Trees::forget(TreeId tree) {
    // No tree of a config has a name that begins so.
    db_->query(
           "update trees set name = '.forgotten-' || id, lineage = '', generation = 0, candidate = 0, "
           "held_reason = '', held_name = '', paused = 0, checkout = 0, listed_as = null, behind_since = 0 "
           "where id = ?")
        .bind(tree)
        .run();
    for (const auto* sql : {"delete from generations where tree = ?", "delete from staged where tree = ?",
                            "delete from left_out where tree = ?", "delete from runs where tree = ?",
                            "delete from listings where tree = ?",
                            "delete from busy_upstreams where tree = ?", "delete from owed where tree = ?",
                            "delete from told where tree = ?", "delete from sums where tree = ?",
                            "delete from not_held where tree = ?", "delete from on_demand where tree = ?"})
        db_->query(sql).bind(tree).run();
}

std::vector<TreeId> Trees::forgotten() {
    auto query = db_->query("select id from trees where name like '.forgotten-%'");
    std::vector<TreeId> ids;
    while (query.next())
        ids.push_back(query.integer(0));
    return ids;
}

void Trees::remove(TreeId tree) {
    db_->query("delete from trees where id = ?1 and not exists (select 1 from releases where tree = ?1)")
        .bind(tree)
        .run();
}

void Trees::restore(TreeId tree, const GenerationRow& generation) {
    db_->query(
           "insert into generations(tree, number, published, entries, files, bytes, added, changed, removed, "
           "upstream, manifest, kept, restores) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(tree)
        .bind(generation.number)
        .bind(generation.published)
        .bind(generation.entries)
        .bind(generation.files)
        .bind(generation.bytes)
        .bind(generation.added)
        .bind(generation.changed)
        .bind(generation.removed)
        .bind(generation.upstream)
        .bind(generation.manifest)
        .bind(generation.kept ? 1 : 0)
        .bind(generation.restores)
        .run();
}

}  // namespace mirrorseed
