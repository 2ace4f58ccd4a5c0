#include "app/keeper/swarm_numbers.hpp"

#include "core/system/control_socket.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "httpd/tracking.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

using httpd::tracker::InfoHash;
using httpd::tracker::SwarmCounts;

// More than a keeper waits for its server.
constexpr std::chrono::milliseconds patience{4000};

std::string_view take(std::string_view& text, char end) {
    const auto at = std::min(text.find(end), text.size());
    const auto part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

bool add_line(std::string_view line, Swarms& swarms) {
    InfoHash hash{};
    if (!from_hex(take(line, ' '), hash)) return false;
    const auto seeders = whole_number<std::uint32_t>(take(line, ' '));
    const auto leechers = whole_number<std::uint32_t>(take(line, ' '));
    const auto completed = whole_number<std::uint32_t>(line);
    if (!seeders || !leechers || !completed) return false;
    swarms[hash] = {.seeders = *seeders, .leechers = *leechers, .completed = *completed};
    return true;
}

}  // namespace

std::string to_text(const Swarms& swarms) {
    std::string text;
    for (const auto& [hash, counts] : swarms)
        fmt::format_to(std::back_inserter(text), "{} {} {} {}\n", to_hex(hash), counts.seeders,
                       counts.leechers, counts.completed);
    return text;
}

std::optional<Swarms> parse_swarms(std::string_view text) {
    Swarms swarms;
    while (!text.empty())
        if (!add_line(take(text, '\n'), swarms)) return std::nullopt;
    return swarms;
}

httpd::SwarmOf swarm_of(Swarms swarms) {
    return [swarms = std::move(swarms)](const Release& release) {
        const auto counts = httpd::counts_of(release, [&](const InfoHash& hash) {
            const auto found = swarms.find(hash);
            return found == swarms.end() ? SwarmCounts() : found->second;
        });
        return httpd::ToldSwarm{counts.seeders, counts.leechers, counts.completed};
    };
}

std::optional<Swarms> ask_swarms(const std::string& store) {
    auto channel = ControlChannel::connect(store);
    if (!channel || !*channel || !(*channel)->send(R"({"ask":"swarms"})")) return std::nullopt;
    const auto line = (*channel)->receive(patience);
    if (!line || !*line) return std::nullopt;
    json::error_code error;
    const auto answer = json::parse(**line, error);
    const auto* object = error ? nullptr : answer.if_object();
    const auto* swarms = object == nullptr ? nullptr : object->if_contains("swarms");
    return swarms != nullptr && swarms->is_string() ? parse_swarms(swarms->get_string()) : std::nullopt;
}

}  // namespace mirrorseed::app
