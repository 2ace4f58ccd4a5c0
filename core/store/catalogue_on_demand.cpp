#include "core/store/catalogue_on_demand.hpp"

#include "core/store/sqlite.hpp"

namespace mirrorseed {

void OnDemand::keep(TreeId tree, const Digest& content, UnixTime now) {
    db_->query(
           "insert or replace into on_demand(tree, blob, used) select ?, id, ? from blobs where digest = ?")
        .bind(tree)
        .bind(now)
        .bind(content)
        .run();
}

void OnDemand::let_go(TreeId tree, const Digest& content) {
    db_->query("delete from on_demand where tree = ? and blob = (select id from blobs where digest = ?)")
        .bind(tree)
        .bind(content)
        .run();
}

bool OnDemand::use(TreeId tree, const Digest& content, UnixTime now) {
    if (!has(tree, content)) return false;
    keep(tree, content, now);
    return true;
}

bool OnDemand::has(TreeId tree, const Digest& content) {
    auto query = db_->query(
        "select 1 from on_demand where tree = ? and blob = (select id from blobs where digest = ?)");
    query.bind(tree).bind(content);
    return query.next();
}

std::vector<KeptOnDemand> OnDemand::all(TreeId tree) {
    auto query = db_->query(
        "select b.digest, b.size, d.used from on_demand d join blobs b on b.id = d.blob where d.tree = ? "
        "order by d.used, b.id");
    query.bind(tree);
    std::vector<KeptOnDemand> kept;
    while (query.next())
        kept.push_back({query.digest(0).value(), query.count(1), query.integer(2)});
    return kept;
}

}  // namespace mirrorseed
