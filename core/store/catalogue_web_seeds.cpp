#include "core/store/catalogue_web_seeds.hpp"

#include "core/store/sqlite.hpp"

namespace mirrorseed {

std::vector<WebSeed> WebSeeds::of(ReleaseId release) {
    auto query =
        db_->query("select url, checked, is_good, reason from web_seeds where release = ? order by url");
    query.bind(release);
    std::vector<WebSeed> seeds;
    while (query.next())
        seeds.push_back({query.text(0), query.integer(1), query.integer(2) != 0, query.text(3)});
    return seeds;
}

std::vector<ReleaseId> WebSeeds::never_asked(TreeId tree, std::string_view rule) {
    auto query = db_->query(
        "select id from known_releases r where tree = ? and rule = ? and hidden = 0 and not exists "
        "(select 1 from web_seeds where release = r.id)");
    query.bind(tree).bind(rule);
    std::vector<ReleaseId> found;
    while (query.next())
        found.push_back(query.integer(0));
    return found;
}

void WebSeeds::set(ReleaseId release, const WebSeed& seed) {
    db_->query(
           "insert or replace into web_seeds(release, url, checked, is_good, reason) values(?, ?, ?, ?, ?)")
        .bind(release)
        .bind(seed.url)
        .bind(seed.checked)
        .bind(seed.is_good ? 1 : 0)
        .bind(seed.reason)
        .run();
}

void WebSeeds::forget(ReleaseId release, const std::string& url) {
    db_->query("delete from web_seeds where release = ? and url = ?").bind(release).bind(url).run();
}

}  // namespace mirrorseed
