// What there is to tell of the tracker: for the status, and as Prometheus reads it.
#pragma once

#include "httpd/counters.hpp"
#include "httpd/tracker/swarm_table.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

struct TrackerFacts {
    tracker::SwarmTable::Totals swarms{};
    std::array<std::uint64_t, tracker::kinds_done> done{};

    std::uint64_t of(tracker::Done what) const noexcept { return done[static_cast<std::size_t>(what)]; }
    std::uint64_t announces() const noexcept {
        return of(tracker::Done::announce_by_http) + of(tracker::Done::announce_by_udp);
    }

    bool operator==(const TrackerFacts&) const = default;
    // All of it as a row of numbers, for whoever passes it on.
    std::vector<std::uint64_t> numbers() const;
    // Nothing where the row is not as long as that.
    static std::optional<TrackerFacts> of_numbers(const std::vector<std::uint64_t>& row);
};
// The sums over all loops.
TrackerFacts tracker_facts(const std::vector<const Counters*>& loops,
                           const tracker::SwarmTable::Totals& swarms);

struct RefusalName {
    tracker::Done why;
    std::string_view name;
};
std::span<const RefusalName> refusal_names();

std::string tracker_metrics(const TrackerFacts& facts);

}  // namespace mirrorseed::httpd
