#include "httpd/published/release_page.hpp"

#include "httpd/page.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mirrorseed::httpd {
namespace {

std::string link(std::string_view url, std::string_view text) {
    return url.empty() ? std::string()
                       : fmt::format("<a href=\"{}\">{}</a>", markup_text(url), markup_text(text));
}

// "2026-11-21"
std::string day(UnixTime time) {
    return format_iso_time(time).substr(0, 10);
}

std::string ways(const ToldRelease& release) {
    std::string html;
    for (const auto& [url, text] :
         {std::pair(&release.torrent, "torrent"), std::pair(&release.magnet, "magnet"),
          std::pair(&release.metalink, "metalink"), std::pair(&release.url, "download")})
        if (!url->empty()) html.append(html.empty() ? "" : " · ").append(link(*url, text));
    return html;
}

void add_row(std::string& html, const ToldRelease& release) {
    fmt::format_to(std::back_inserter(html),
                   "<tr><td>{}{}<br><span class=\"t\">{}/{}</span></td><td>{}</td><td class=\"n\">{}</td>"
                   "<td class=\"d\"><time>{}</time></td></tr>\n",
                   link(release.page, as_utf8(release.title)), release.is_former() ? " (former)" : "",
                   markup_text(release.tree), markup_text(as_utf8(release.path)), ways(release),
                   format_size(release.size), day(release.published));
}

void add_fact(std::string& html, std::string_view what, std::string_view value) {
    if (value.empty()) return;
    fmt::format_to(std::back_inserter(html), "<tr><td>{}</td><td>{}</td></tr>\n", what, value);
}

std::string seed_line(const ToldSeed& seed) {
    using State = ToldSeed::State;
    const auto* state = seed.state == State::ok    ? "answers"
                        : seed.state == State::bad ? "does not answer as it should"
                                                   : "is not checked yet";
    return link(seed.url, seed.url) + " " + state;
}

}  // namespace

std::string release_list_page(const std::string& title, const std::string& feed,
                              const std::vector<ToldRelease>& releases) {
    std::string html = fmt::format(
        "<p>{} {}. Each has a torrent that this mirror seeds; {} lets a client take "
        "them by itself.</p>\n",
        releases.size(), releases.size() == 1 ? "release" : "releases", link(feed, "the feed"));
    html +=
        "<table>\n<thead><tr><th>release</th><th>get it</th><th class=\"n\">size</th>"
        "<th class=\"d\">published</th></tr></thead>\n<tbody>\n";
    for (const auto& release : releases)
        add_row(html, release);
    return page(title, markup_text(title), html + "</tbody>\n</table>\n");
}

std::string release_page(const ToldRelease& release) {
    std::string html = "<p>" + ways(release) + "</p>\n<table>\n<tbody>\n";
    add_fact(html, "file", markup_text(release.tree + "/" + as_utf8(release.path)));
    add_fact(html, "published", day(release.published));
    if (release.gone) add_fact(html, "left the tree", day(*release.gone));
    add_fact(html, "size", fmt::format("{} ({} bytes)", format_size(release.size), release.size));
    if (release.content) add_fact(html, "SHA-256", release.content->hex());
    if (release.info_hash_v1) add_fact(html, "info hash", release.info_hash_v1->hex());
    if (release.info_hash_v2) add_fact(html, "info hash, v2", release.info_hash_v2->hex());
    if (const auto& swarm = release.swarm)
        add_fact(html, "swarm", fmt::format("{} seeding, {} downloading", swarm->seeders, swarm->leechers));
    std::string seeds;
    for (const auto& seed : release.seeds)
        seeds.append(seeds.empty() ? "" : "<br>").append(seed_line(seed));
    add_fact(html, "web seeds", seeds);
    const auto title = as_utf8(release.title);
    return page(title, markup_text(title), html + "</tbody>\n</table>\n");
}

}  // namespace mirrorseed::httpd
