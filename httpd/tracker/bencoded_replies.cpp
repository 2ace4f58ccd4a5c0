#include "httpd/tracker/bencoded_replies.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace mirrorseed::httpd::tracker {
namespace {

constexpr unsigned minutes_until_again = 5;

void add_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

// `key` stands there with its length: "8:interval".
void add(std::string& out, std::string_view key, std::uint64_t number) {
    out += key;
    out += 'i';
    add_number(out, number);
    out += 'e';
}

void add_bytes(std::string& out, std::span<const std::uint8_t> bytes) {
    add_number(out, bytes.size());
    out += ':';
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void add(std::string& out, std::string_view key, std::span<const std::uint8_t> bytes) {
    out += key;
    add_bytes(out, bytes);
}

}  // namespace

void append_announce_reply(std::string& out, const AnnounceReply& reply) {
    const std::span<const std::uint8_t> asker(reply.asker.bytes);
    out += 'd';
    add(out, "8:complete", reply.counts.seeders);
    add(out, "10:downloaded", reply.counts.completed);
    add(out, "11:external ip", reply.asker.is_v4() ? asker.last(4) : asker);
    add(out, "10:incomplete", reply.counts.leechers);
    add(out, "8:interval", reply.interval);
    add(out, "12:min interval", reply.least_interval);
    add(out, "5:peers", reply.peers);
    if (!reply.peers6.empty()) add(out, "6:peers6", reply.peers6);
    out += 'e';
}

void append_failure(std::string& out, std::string_view why, Again again) {
    out += "d14:failure reason";
    add_number(out, why.size());
    out += ':';
    out += why;
    if (again == Again::never)
        out += "8:retry in5:never";
    else
        add(out, "8:retry in", minutes_until_again);
    out += 'e';
}

void append_scrape_reply(std::string& out, std::span<ScrapedSwarm> swarms, unsigned least_interval) {
    const auto hash_of = [](const ScrapedSwarm& swarm) { return std::tie(swarm.info_hash); };
    std::sort(swarms.begin(), swarms.end(),
              [&](const auto& a, const auto& b) { return hash_of(a) < hash_of(b); });
    const auto end = std::unique(swarms.begin(), swarms.end(),
                                 [&](const auto& a, const auto& b) { return hash_of(a) == hash_of(b); });
    out += "d5:filesd";
    for (auto swarm = swarms.begin(); swarm != end; ++swarm) {
        add_bytes(out, swarm->info_hash);
        out += 'd';
        add(out, "8:complete", swarm->counts.seeders);
        add(out, "10:downloaded", swarm->counts.completed);
        add(out, "11:downloaders", swarm->counts.downloaders());
        add(out, "10:incomplete", swarm->counts.leechers);
        out += 'e';
    }
    out += "e5:flagsd";
    add(out, "20:min_request_interval", least_interval);
    out += "ee";
}

}  // namespace mirrorseed::httpd::tracker
