#include "httpd/tracker_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

using tracker::Done;

constexpr std::array refusals{
    RefusalName{Done::malformed, "malformed"},   RefusalName{Done::unknown_hash, "unknown_hash"},
    RefusalName{Done::no_address, "no_address"}, RefusalName{Done::bad_connection_id, "bad_connection_id"},
    RefusalName{Done::too_often, "too_often"},   RefusalName{Done::not_let_in, "not_let_in"},
    RefusalName{Done::not_ready, "not_ready"},   RefusalName{Done::not_sent, "not_sent"}};

using Totals = tracker::SwarmTable::Totals;
constexpr std::array totals_in_a_row{&Totals::torrents, &Totals::peers_v4, &Totals::peers_v6,
                                     &Totals::seeders,  &Totals::leechers, &Totals::completed};

void head(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
    text += fmt::format("# HELP mirrorseed_tracker_{0} {2}\n# TYPE mirrorseed_tracker_{0} {1}\n", name, type,
                        help);
}

void value(std::string& text, std::string_view name, std::uint64_t number, std::string_view labels = {}) {
    text += fmt::format("mirrorseed_tracker_{}{} {}\n", name, labels, number);
}

}  // namespace

TrackerFacts tracker_facts(const std::vector<const Counters*>& loops,
                           const tracker::SwarmTable::Totals& swarms) {
    TrackerFacts facts{.swarms = swarms};
    for (const auto* counters : loops)
        for (std::size_t i = 0; i < facts.done.size(); ++i)
            facts.done[i] += counters->tracker.of(static_cast<Done>(i));
    return facts;
}

std::vector<std::uint64_t> TrackerFacts::numbers() const {
    std::vector<std::uint64_t> row;
    row.reserve(totals_in_a_row.size() + done.size());
    for (const auto total : totals_in_a_row)
        row.push_back(swarms.*total);
    row.insert(row.end(), done.begin(), done.end());
    return row;
}

std::optional<TrackerFacts> TrackerFacts::of_numbers(const std::vector<std::uint64_t>& row) {
    TrackerFacts facts;
    if (row.size() != totals_in_a_row.size() + facts.done.size()) return std::nullopt;
    auto next = row.begin();
    for (const auto total : totals_in_a_row)
        facts.swarms.*total = *next++;
    std::copy(next, row.end(), facts.done.begin());
    return facts;
}

std::span<const RefusalName> refusal_names() {
    return refusals;
}

std::string tracker_metrics(const TrackerFacts& facts) {
    std::string text;
    head(text, "torrents", "gauge", "Hashes that are tracked; a hybrid has two.");
    value(text, "torrents", facts.swarms.torrents);
    head(text, "peers", "gauge", "Peers that are in by a version of IP; some are in by both.");
    value(text, "peers", facts.swarms.peers_v4, "{ip=\"4\"}");
    value(text, "peers", facts.swarms.peers_v6, "{ip=\"6\"}");
    head(text, "clients", "gauge", "Clients of all swarms, each once in a swarm.");
    value(text, "clients", facts.swarms.seeders, "{kind=\"seeder\"}");
    value(text, "clients", facts.swarms.leechers, "{kind=\"leecher\"}");
    head(text, "completed_total", "counter", "Downloads that came to their end, of the torrents there are.");
    value(text, "completed_total", facts.swarms.completed);
    head(text, "announces_total", "counter", "Announces that were answered with peers.");
    value(text, "announces_total", facts.of(Done::announce_by_http), "{by=\"http\"}");
    value(text, "announces_total", facts.of(Done::announce_by_udp), "{by=\"udp\"}");
    head(text, "scrapes_total", "counter", "Scrapes that were answered.");
    value(text, "scrapes_total", facts.of(Done::scrape));
    head(text, "connects_total", "counter", "Connection ids that were given out by UDP.");
    value(text, "connects_total", facts.of(Done::connect));
    head(text, "refusals_total", "counter", "What was not answered, or not wholly, by why.");
    for (const auto& [why, name] : refusals)
        value(text, "refusals_total", facts.of(why), fmt::format("{{why=\"{}\"}}", name));
    return text;
}

}  // namespace mirrorseed::httpd
