#include "httpd/published/release_feed.hpp"

#include "core/http/http_date.hpp"
#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <iterator>

namespace mirrorseed::httpd {
namespace {

std::string json_text(std::string_view text) {
    return boost::json::serialize(as_utf8(text));
}

template <class Hash>
std::string json_hash(const std::optional<Hash>& hash) {
    return hash ? '"' + hash->hex() + '"' : "null";
}

std::string json_seed(const ToldSeed& seed) {
    using State = ToldSeed::State;
    const auto* state = seed.state == State::ok ? "ok" : seed.state == State::bad ? "bad" : "unchecked";
    return fmt::format(R"({{"url":{},"state":"{}","checked":{}}})", json_text(seed.url), state,
                       seed.checked == 0 ? "null" : std::to_string(seed.checked));
}

void add_json(std::string& json, const ToldRelease& release) {
    auto to = std::back_inserter(json);
    fmt::format_to(to, R"({{"tree":{},"path":{},"title":{},"published":{},"former":{},"gone":{},"size":{})",
                   json_text(release.tree), json_text(release.path), json_text(release.title),
                   release.published, release.is_former(),
                   release.gone ? std::to_string(*release.gone) : "null", release.size);
    fmt::format_to(to, R"(,"sha256":{},"info_hash_v1":{},"info_hash_v2":{},"adopted":{})",
                   json_hash(release.content), json_hash(release.info_hash_v1),
                   json_hash(release.info_hash_v2), release.adopted);
    fmt::format_to(to, R"(,"torrent":{},"magnet":{},"metalink":{},"url":{},"page":{},"web_seeds":[)",
                   json_text(release.torrent), json_text(release.magnet), json_text(release.metalink),
                   json_text(release.url), json_text(release.page));
    for (const auto& seed : release.seeds)
        json.append(json.ends_with('[') ? "" : ",").append(json_seed(seed));
    json += "]";
    if (const auto& swarm = release.swarm)
        fmt::format_to(std::back_inserter(json), R"(,"swarm":{{"seeders":{},"leechers":{},"completed":{}}})",
                       swarm->seeders, swarm->leechers, swarm->completed);
    json += "}";
}

void add_item(std::string& rss, const ToldRelease& release) {
    auto to = std::back_inserter(rss);
    fmt::format_to(to, "<item>\n<title>{}</title>\n<link>{}</link>\n", markup_text(as_utf8(release.title)),
                   markup_text(release.page));
    const auto hash = release.info_hash_v1   ? release.info_hash_v1->hex()
                      : release.info_hash_v2 ? release.info_hash_v2->hex()
                                             : std::string();
    fmt::format_to(to, "<guid isPermaLink=\"false\">urn:bt{}:{}</guid>\n", release.info_hash_v1 ? "ih" : "mh",
                   hash);
    fmt::format_to(to, "<pubDate>{}</pubDate>\n<category>{}</category>\n",
                   format_http_date(release.published), markup_text(release.tree));
    auto told = fmt::format("{}, {}", as_utf8(release.path), format_size(release.size));
    if (release.content) told += ", SHA-256 " + release.content->hex();
    fmt::format_to(to, "<description>{}</description>\n", markup_text(told));
    // Its length is the torrent's own.
    fmt::format_to(to, "<enclosure url=\"{}\" length=\"{}\" type=\"application/x-bittorrent\"/>\n</item>\n",
                   markup_text(release.torrent), release.torrent_size);
}

}  // namespace

std::string releases_json(const std::vector<ToldRelease>& releases) {
    std::string json = "[";
    for (const auto& release : releases) {
        if (json.size() > 1) json += ",\n";
        add_json(json, release);
    }
    return json + "]\n";
}

std::string releases_rss(const FeedHead& head, const std::vector<ToldRelease>& releases) {
    auto rss = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n"
        "<title>{0}</title>\n<link>{1}</link>\n<description>{0}</description>\n"
        "<atom:link href=\"{2}\" rel=\"self\" type=\"application/rss+xml\"/>\n<ttl>30</ttl>\n",
        markup_text(head.title), markup_text(head.page), markup_text(head.self));
    std::size_t items = 0;
    for (const auto& release : releases) {
        if (release.is_former()) continue;
        if (++items > most_items) break;
        add_item(rss, release);
    }
    return rss + "</channel>\n</rss>\n";
}

}  // namespace mirrorseed::httpd
