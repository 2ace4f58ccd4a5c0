#include "app/release/release_offer.hpp"

#include "app/release/release_choice.hpp"
#include "torrentgen/magnet.hpp"
#include "torrentgen/metainfo.hpp"
#include "torrentgen/read_torrent.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::app {
namespace {

std::string hash_of(const torrentgen::Torrent& torrent) {
    return torrent.info_hash_v1 ? torrent.info_hash_v1->hex() : torrent.info_hash_v2.value().hex();
}

std::vector<std::string> good_seeds(Catalogue& catalogue, const Release& release) {
    std::vector<std::string> urls;
    for (const auto& seed : catalogue.web_seeds().of(release.id))
        if (seed.is_good) urls.push_back(seed.url);
    return spread_over_hosts(urls);
}

// An upstream's torrent keeps its own, and ours of today come behind them.
std::optional<TrackerTiers> trackers_of(Catalogue& catalogue, const OfferTerms& terms,
                                        const Release& release) {
    if (release.adopted) {
        const auto kept = catalogue.releases().description(release.id, trackers_kind);
        if (!kept) return std::nullopt;
        auto tiers = tiers_from_text(*kept);
        for (const auto& url : terms.urls.announce)
            tiers.push_back({url});
        return tiers;
    }
    for (const auto& rule : terms.rules)
        if (rule.match.str() == release.rule) return terms.urls.trackers(rule.trackers);
    return std::nullopt;
}

}  // namespace

// A line for each URL, and an empty one behind each tier.
std::string tiers_text(const TrackerTiers& tiers) {
    std::string text;
    for (const auto& tier : tiers) {
        for (const auto& url : tier)
            text += url + '\n';
        text += '\n';
    }
    return text;
}

TrackerTiers tiers_from_text(std::string_view text) {
    TrackerTiers tiers;
    std::vector<std::string> tier;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (end > 0) tier.emplace_back(text.substr(0, end));
        if (end == 0 && !tier.empty()) tiers.push_back(std::exchange(tier, {}));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return tiers;
}

ReleasePlace place_of(const Release& release) {
    return {.tree = release.tree_name,
            .path = release.path,
            .name = release.name,
            .is_as_folder = !release.content || !release.info_hash_v1,
            .is_former = release.gone.has_value()};
}

Result<Offer> offer(const ReleaseUrls& urls, const Release& release, std::string_view bytes,
                    const std::vector<std::string>& more_seeds, const std::optional<TrackerTiers>& trackers) {
    auto read = torrentgen::read_torrent(bytes);
    if (!read) return read.error();
    auto& torrent = read->torrent;
    if (trackers) torrent.trackers = *trackers;
    const auto place = place_of(release);
    torrent.web_seeds = urls.own_seeds(place, hash_of(torrent));
    for (const auto& seed : more_seeds)
        if (std::ranges::find(torrent.web_seeds, seed) == torrent.web_seeds.end())
            torrent.web_seeds.push_back(seed);
    const auto info = bytes.substr(read->info_begin, read->info_end - read->info_begin);
    return Offer{torrentgen::torrent_bytes(torrent, info),
                 torrentgen::magnet_link(torrent, {.torrent_urls = {urls.torrent(place, hash_of(torrent))}})};
}

std::string OfferTerms::text() const {
    auto text = wishes_of(rules) + urls.public_url + '\n';
    for (const auto& rule : rules)
        for (const auto& tier : urls.trackers(rule.trackers))
            for (const auto& url : tier)
                text += url + '\n';
    return text;
}

std::string OfferTerms::unfinished_text() const {
    return "unfinished\n" + text();
}

void note_other_terms(Catalogue& catalogue, TreeId tree, const OfferTerms& terms) {
    auto& releases = catalogue.releases();
    const auto before = releases.described_for(tree);
    if (!before.empty() && before != terms.text() && before != terms.unfinished_text())
        releases.set_described_for(tree, {});
}

Status renew_offer(Catalogue& catalogue, const OfferTerms& terms, const Release& release) {
    auto& releases = catalogue.releases();
    const auto before = releases.description(release.id, "torrent");
    if (!before) return {};
    const auto now = offer(terms.urls, release, *before, good_seeds(catalogue, release),
                           trackers_of(catalogue, terms, release));
    if (!now) return now.error();
    if (now->torrent != *before) releases.describe(release.id, "torrent", now->torrent);
    if (now->magnet != releases.description(release.id, "magnet"))
        releases.describe(release.id, "magnet", now->magnet);
    return {};
}

}  // namespace mirrorseed::app
