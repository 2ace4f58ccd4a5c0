#include "core/store/catalogue_owed.hpp"

#include "core/store/sqlite.hpp"
#include "core/store/transaction.hpp"

namespace mirrorseed {

std::string_view name_of(Telling step) noexcept {
    return step == Telling::hooks ? "hooks" : "notify";
}

void Owed::add(TreeId tree, Generation generation, Telling step) {
    db_->query("insert into owed(tree, generation, step) values(?, ?, ?) on conflict do nothing")
        .bind(tree)
        .bind(generation)
        .bind(name_of(step))
        .run();
}

std::vector<OwedRow> Owed::all(TreeId tree) {
    auto query = db_->query(
        "select generation, step, tries, first_tried, error, given_up from owed where tree = ? "
        "order by generation, step");
    query.bind(tree);
    std::vector<OwedRow> rows;
    while (query.next())
        rows.push_back({.generation = query.count(0),
                        .step = query.bytes(1) == name_of(Telling::hooks) ? Telling::hooks : Telling::notify,
                        .tries = static_cast<unsigned>(query.integer(2)),
                        .first_tried = query.integer(3),
                        .error = query.text(4),
                        .is_given_up = query.integer(5) != 0});
    return rows;
}

std::optional<Generation> Owed::oldest(TreeId tree) {
    auto query = db_->query("select min(generation) from owed where tree = ? and given_up = 0");
    query.bind(tree);
    if (!query.next() || query.is_null(0)) return std::nullopt;
    return query.count(0);
}

void Owed::begin_try(TreeId tree, const OwedRow& row, UnixTime now) {
    db_->query(
           "update owed set tries = tries + 1, first_tried = iif(first_tried = 0, ?, first_tried) "
           "where tree = ? and generation = ? and step = ?")
        .bind(now)
        .bind(tree)
        .bind(row.generation)
        .bind(name_of(row.step))
        .run();
}

void Owed::fail(TreeId tree, const OwedRow& row, std::string_view error) {
    db_->query("update owed set error = ? where tree = ? and generation = ? and step = ?")
        .bind(error)
        .bind(tree)
        .bind(row.generation)
        .bind(name_of(row.step))
        .run();
}

void Owed::note_told(TreeId tree, const OwedRow& row, std::string_view whom) {
    db_->query("insert into told(tree, generation, step, whom) values(?, ?, ?, ?) on conflict do nothing")
        .bind(tree)
        .bind(row.generation)
        .bind(name_of(row.step))
        .bind_bytes(whom)
        .run();
}

bool Owed::was_told(TreeId tree, const OwedRow& row, std::string_view whom) {
    auto query = db_->query("select 1 from told where tree = ? and generation = ? and step = ? and whom = ?");
    query.bind(tree).bind(row.generation).bind(name_of(row.step)).bind_bytes(whom);
    return query.next();
}

void Owed::settle(TreeId tree, const OwedRow& row) {
    Transaction transaction(*db_);
    forget_given_up(tree, row);
    forget(tree, row);
    transaction.commit();
}

void Owed::give_up(TreeId tree, const OwedRow& row) {
    Transaction transaction(*db_);
    forget_given_up(tree, row);
    db_->query("update owed set given_up = 1 where tree = ? and generation = ? and step = ?")
        .bind(tree)
        .bind(row.generation)
        .bind(name_of(row.step))
        .run();
    transaction.commit();
}

void Owed::forget(TreeId tree, const OwedRow& row) {
    db_->query("delete from owed where tree = ? and generation = ? and step = ?")
        .bind(tree)
        .bind(row.generation)
        .bind(name_of(row.step))
        .run();
    db_->query("delete from told where tree = ? and generation = ? and step = ?")
        .bind(tree)
        .bind(row.generation)
        .bind(name_of(row.step))
        .run();
}

void Owed::forget_given_up(TreeId tree, const OwedRow& upto) {
    db_->query("delete from owed where tree = ? and generation <= ? and step = ? and given_up = 1")
        .bind(tree)
        .bind(upto.generation)
        .bind(name_of(upto.step))
        .run();
    db_->query(
           "delete from told where tree = ?1 and step = ?2 and not exists (select 1 from owed o where "
           "o.tree = ?1 and o.generation = told.generation and o.step = ?2)")
        .bind(tree)
        .bind(name_of(upto.step))
        .run();
}

}  // namespace mirrorseed
