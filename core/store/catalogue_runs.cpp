#include "core/store/catalogue_runs.hpp"

#include "core/store/sqlite.hpp"

namespace mirrorseed {

std::int64_t Runs::start(TreeId tree, std::string_view upstream, UnixTime when) {
    db_->query("insert into runs(tree, upstream, started) values(?, ?, ?)")
        .bind(tree)
        .bind(upstream)
        .bind(when)
        .run();
    return db_->last_id();
}

void Runs::end(std::int64_t run, const RunRow& row) {
    db_->query("update runs set ended = ?, outcome = ?, error = ?, transferred = ? where id = ?")
        .bind(row.ended)
        .bind(row.outcome)
        .bind(row.error)
        .bind(row.transferred)
        .bind(run)
        .run();
    // The newest hundred are enough to see what has been going on.
    db_->query("delete from runs where tree = (select tree from runs where id = ?1) and id < ?1 - 100")
        .bind(run)
        .run();
}

std::optional<RunRow> Runs::last(TreeId tree) {
    auto query = db_->query(
        "select started, ended, outcome, error, upstream, transferred, id from runs where tree = ? order by "
        "id "
        "desc limit 1");
    query.bind(tree);
    if (!query.next()) return std::nullopt;
    return RunRow{query.integer(0), query.integer(1), query.text(2),   query.text(3),
                  query.text(4),    query.count(5),   query.integer(6)};
}

std::optional<UnixTime> Runs::failing_since(TreeId tree) {
    auto query = db_->query(
        "select min(ended) from runs where tree = ?1 and outcome = 'failed' and id > coalesce(("
        "  select max(id) from runs where tree = ?1 and outcome not in ('failed', '')), 0)");
    query.bind(tree);
    if (!query.next() || query.is_null(0)) return std::nullopt;
    return query.integer(0);
}

std::optional<UnixTime> Runs::chore_began(std::string_view name) {
    auto query = db_->query("select began from chores where name = ?");
    query.bind(name);
    if (!query.next()) return std::nullopt;
    return query.integer(0);
}

void Runs::note_chore(std::string_view name, UnixTime when) {
    db_->query("insert or replace into chores(name, began) values(?, ?)").bind(name).bind(when).run();
}

}  // namespace mirrorseed
