#include "core/store/catalogue_listings.hpp"

#include "core/store/sqlite.hpp"

#include <algorithm>

namespace mirrorseed {

std::string Listings::recall(TreeId tree, std::string_view upstream, const RelPath& folder) {
    auto query =
        db_->query("select bytes from listings where tree = ? and upstream = ? and folder = ? order by part");
    query.bind(tree).bind(upstream).bind_bytes(folder.str());
    std::string bytes;
    while (query.next())
        bytes += query.bytes(0);
    return bytes;
}

void Listings::keep(TreeId tree, std::string_view upstream, const RelPath& folder, std::string_view bytes) {
    db_->query("delete from listings where tree = ? and upstream = ? and folder = ?")
        .bind(tree)
        .bind(upstream)
        .bind_bytes(folder.str())
        .run();
    if (!bytes.empty()) add(tree, upstream, folder, bytes);
}

void Listings::add(TreeId tree, std::string_view upstream, const RelPath& folder, std::string_view bytes) {
    db_->query(
           "insert into listings(tree, upstream, folder, part, bytes) values(?1, ?2, ?3, (select "
           "coalesce(max(part), 0) + 1 from listings where tree = ?1 and upstream = ?2 and folder = ?3), ?4)")
        .bind(tree)
        .bind(upstream)
        .bind_bytes(folder.str())
        .bind_bytes(bytes)
        .run();
}

std::vector<RelPath> Listings::folders(TreeId tree, std::string_view upstream) {
    auto query =
        db_->query("select distinct folder from listings where tree = ? and upstream = ? order by folder");
    query.bind(tree).bind(upstream);
    std::vector<RelPath> all;
    while (query.next())
        all.push_back(RelPath::parse(query.bytes(0)).value());
    return all;
}

std::optional<UnixTime> Listings::marker_seen(TreeId tree, std::string_view upstream, const RelPath& marker) {
    auto query = db_->query("select seen from busy_upstreams where tree = ? and upstream = ? and marker = ?");
    query.bind(tree).bind(upstream).bind_bytes(marker.str());
    if (!query.next()) return std::nullopt;
    return query.integer(0);
}

void Listings::see_marker(TreeId tree, std::string_view upstream, const RelPath& marker, UnixTime now) {
    db_->query("insert or replace into busy_upstreams(tree, upstream, marker, seen) values(?, ?, ?, ?)")
        .bind(tree)
        .bind(upstream)
        .bind_bytes(marker.str())
        .bind(now)
        .run();
}

void Listings::forget_marker(TreeId tree, std::string_view upstream) {
    db_->query("delete from busy_upstreams where tree = ? and upstream = ?").bind(tree).bind(upstream).run();
}

void Listings::forget_other_upstreams(TreeId tree, const std::vector<std::string>& used) {
    std::vector<std::string> unused;
    {
        auto query = db_->query(
            "select upstream from listings where tree = ?1 union select upstream from busy_upstreams where "
            "tree = ?1");
        query.bind(tree);
        while (query.next())
            if (std::find(used.begin(), used.end(), query.bytes(0)) == used.end())
                unused.push_back(query.text(0));
    }
    for (const auto& upstream : unused) {
        db_->query("delete from listings where tree = ? and upstream = ?")
            .bind(tree)
            .bind(std::string_view(upstream))
            .run();
        forget_marker(tree, upstream);
    }
}

}  // namespace mirrorseed
