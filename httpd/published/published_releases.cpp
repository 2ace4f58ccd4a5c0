#include "httpd/published/published_releases.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/published/release_feed.hpp"
#include "httpd/published/release_page.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <chrono>

namespace mirrorseed::httpd {
namespace {

constexpr std::string_view page_type = "text/html; charset=utf-8", json_type = "application/json",
                           feed_type = "application/rss+xml; charset=utf-8", feed_ending = ".rss";

}  // namespace

Found PublishedReleases::page(const Release& release) {
    auto found = text_found(release_page(told_.tell(release)), page_type);
    found.compressible = true;
    keep_shortly(found);
    found.facts.sandboxed = false;
    return found;
}

Found PublishedReleases::list(const std::string& title, const std::string& feed, std::optional<TreeId> tree) {
    auto found = text_found(release_list_page(title, feed, told_.all(tree)), page_type);
    found.compressible = true;
    found.facts.sandboxed = false;
    return found;
}

Found PublishedReleases::listed(const RelPath& rest) {
    if (rest.is_root()) return list("Releases", told_.feed_url({}), {});
    const auto& text = rest.str();
    const auto slash = std::min(text.find('/'), text.size());
    const auto name = text.substr(0, slash);
    if (const auto tree = store_.tree(name)) {
        if (slash == text.size()) return list("Releases of " + name, told_.feed_url(name), tree->id);
        return of_tree(*tree, text.substr(slash + 1));
    }
    const bool is_feed = name.ends_with(feed_ending) && slash == text.size();
    const auto tree = is_feed ? store_.tree(name.substr(0, name.size() - feed_ending.size())) : std::nullopt;
    return tree ? feed_of(tree->name, tree->id) : Refused{404, {}};
}

Found PublishedReleases::of_tree(const TreeRow& tree, const std::string& text) {
    const auto find = [&](const std::string& place) -> std::optional<Release> {
        const auto path = RelPath::parse(place);
        return path ? releases().at(tree.id, *path) : std::nullopt;
    };
    if (const auto release = find(text)) return page(*release);
    return descriptions_.by_ending(text, find);
}

Found PublishedReleases::json() {
    auto found = text_found(releases_json(told_.all()), json_type);
    found.compressible = true;
    keep_shortly(found);
    return found;
}

void PublishedReleases::keep_shortly(TextFound& found) const {
    if (tells_ == Tells::what_is_committed) return;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    found.still_holds = [until] { return std::chrono::steady_clock::now() < until ? Holds::yes : Holds::no; };
}

Found PublishedReleases::feed() {
    return feed_of({}, {});
}

Found PublishedReleases::feed_of(const std::string& name, std::optional<TreeId> tree) {
    const auto page = tree ? told_.all_url() + percent_encode_path(name) : told_.all_url();
    const FeedHead head{
        .title = tree ? "Releases of " + name : "Releases", .page = page, .self = told_.feed_url(name)};
    auto found = text_found(releases_rss(head, told_.newest(most_items, tree)), feed_type);
    found.compressible = true;
    return found;
}

Found PublishedReleases::by_hash(const std::string& name) {
    if (const auto release = releases().with_info_hash(name)) return page(*release);
    return descriptions_.by_ending(name,
                                   [&](const std::string& hash) { return releases().with_info_hash(hash); });
}

}  // namespace mirrorseed::httpd
