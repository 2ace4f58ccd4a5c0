#include "torrentgen/read_outer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mirrorseed::torrentgen {
namespace {

using Kind = BencodeKind;

std::string_view without_leading_space(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\n\r\f\v");
    return begin == text.npos ? std::string_view() : text.substr(begin);
}

// As libtorrent takes a tracker: what stands before the URL is cut, and what is empty then is passed over.
void take_tracker(std::string_view text, std::vector<std::string>& tier, Oddities& oddities) {
    const auto url = without_leading_space(text);
    if (url.size() < text.size() || url.find_last_not_of(" \t\n\r\f\v") + 1 < url.size())
        oddities.note("space-around-url", "a tracker's URL has space around it");
    if (!url.empty()) tier.emplace_back(url);
}

void take_trackers(const BencodeNode& root, Torrent& into, Oddities& oddities) {
    const auto tiers = root.find("announce-list", Kind::list);
    for (const auto list : tiers.items()) {
        std::vector<std::string> tier;
        for (const auto item : list.items())
            take_tracker(item.text().value_or(""), tier, oddities);
        if (tier.empty())
            oddities.note("bad-tracker-tier",
                          fmt::format("a tier of trackers at byte {} names none", list.begin()));
        else
            into.trackers.push_back(std::move(tier));
    }
    const auto announce = root.find("announce", Kind::text);
    const auto url = without_leading_space(announce.text().value_or(""));
    const auto is_listed = [&](const std::vector<std::string>& tier) {
        return std::ranges::find(tier, url) != tier.end();
    };
    if (into.trackers.empty()) {
        std::vector<std::string> tier;
        take_tracker(announce.text().value_or(""), tier, oddities);
        if (!tier.empty()) into.trackers.push_back(std::move(tier));
    } else if (!url.empty() && std::ranges::none_of(into.trackers, is_listed)) {
        oddities.note("announce-ignored",
                      "clients ignore the tracker under \"announce\", as \"announce-list\" does not name it");
    }
}

// A string or a list of strings; each URL once.
std::vector<std::string> urls_of(const BencodeNode& node, std::string_view what, Oddities& oddities) {
    std::vector<std::string> urls;
    std::set<std::string_view> seen;
    const auto take = [&](const BencodeNode& item) {
        const auto url = item.text().value_or("");
        if (url.empty())
            oddities.note(fmt::format("bad-{}", what),
                          fmt::format("what stands at byte {} is no {}'s URL", item.begin(), what));
        else if (!seen.insert(url).second)
            oddities.note(fmt::format("repeated-{}", what), fmt::format("a {} is named twice", what));
        else
            urls.emplace_back(url);
    };
    if (node.is(Kind::text) && !node.text()->empty()) take(node);
    for (const auto item : node.items())
        take(item);
    return urls;
}

void take_nodes(const BencodeNode& list, Torrent& into, Oddities& oddities) {
    for (const auto item : list.items()) {
        std::vector<BencodeNode> parts;
        for (const auto part : item.items()) {
            if (parts.size() == 2) break;
            parts.push_back(part);
        }
        const auto host = parts.size() == 2 ? parts[0].text() : std::nullopt;
        const auto port = parts.size() == 2 ? parts[1].integer() : std::nullopt;
        if (host && !host->empty() && port && *port > 0 && *port < 65536)
            into.nodes.push_back({std::string(*host), static_cast<std::uint16_t>(*port)});
        else
            oddities.note("bad-node",
                          fmt::format("what stands at byte {} is no host and port", item.begin()));
    }
}

// The marked spelling counts unless it is empty.
std::string words(const BencodeNode& root, std::string_view key) {
    const auto marked = root.find(fmt::format("{}.utf-8", key), Kind::text).text().value_or("");
    return std::string(marked.empty() ? root.find(key, Kind::text).text().value_or("") : marked);
}

}  // namespace

void take_relations(const BencodeNode& dictionary, Torrent& into) {
    for (const auto item : dictionary.find("similar", Kind::list).items())
        if (const auto hash = item.text(); hash && hash->size() == 20) into.similar.emplace_back(*hash);
    for (const auto item : dictionary.find("collections", Kind::list).items())
        if (const auto name = item.text()) into.collections.emplace_back(*name);
}

void take_outer_keys(const BencodeNode& root, Torrent& into, Oddities& oddities) {
    take_trackers(root, into, oddities);
    into.web_seeds = urls_of(root.find("url-list"), "web-seed", oddities);
    into.http_seeds = urls_of(root.find("httpseeds"), "http-seed", oddities);
    take_nodes(root.find("nodes", Kind::list), into, oddities);
    take_relations(root, into);
    into.comment = words(root, "comment");
    into.created_by = words(root, "created by");
    const auto date = root.find("creation date");
    if (const auto seconds = date.integer(); seconds && *seconds >= 0)
        into.creation_date = *seconds;
    else if (date)
        oddities.note("bad-date", fmt::format("the creation date at byte {} is none", date.begin()));
    if (root.find("private", Kind::integer).integer().value_or(0) != 0 && !into.is_private)
        oddities.note("private-outside-info", "\"private\" stands outside of info, where clients ignore it");
}

}  // namespace mirrorseed::torrentgen
