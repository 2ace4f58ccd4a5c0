#include "app/keeper/server_line.hpp"

#include "core/system/packet_socket.hpp"

#include <cstdlib>
#include <utility>

namespace mirrorseed::app {
namespace {

using Clock = std::chrono::steady_clock;

// A server speaks every second, and its loops count as dead after ten without a round.
constexpr std::chrono::seconds usual_silence{5}, longest_silence{30};
constexpr std::size_t most_at_once = 1000;

}  // namespace

ServerLine::ServerLine(Orphans orphans) {
    auto pair = make_packet_pair();
    if (!pair) throw Failure(pair.error());
    ours_ = std::move(pair->one);
    servers_ = std::move(pair->other);
    const auto number = std::to_string(servers_.get());
    const auto text = orphans == Orphans::end ? number + std::string(ends_with_keeper) : number;
    ::setenv(keeper_line_variable, text.c_str(), 1);
    silence_.begin(Clock::now());
}

void ServerLine::begin_anew() {
    for (const auto socket : {servers_.get(), ours_.get()})
        while (receive_packet(socket).packet) {
        }
    counts_.reset();
    live_.clear();
    silence_.begin(Clock::now());
}

std::vector<ServerWord> ServerLine::hear() {
    std::vector<ServerWord> words;
    bool is_alive = false;
    for (std::size_t i = 0; i < most_at_once; ++i) {
        const auto packet = receive_packet(ours_.get()).packet;
        if (!packet) break;
        auto word = parse_server_word(packet->text);
        if (!word) continue;
        if (const auto* counts = std::get_if<ServerCounts>(&*word)) {
            counts_ = *counts;
            is_alive = true;
        } else {
            words.push_back(std::move(*word));
        }
    }
    silence_.look(Clock::now(), is_alive);
    return words;
}

bool ServerLine::is_well() const {
    return counts_ && silence_.lasts() < usual_silence;
}

bool ServerLine::is_silent() const {
    return silence_.lasts() > longest_silence;
}

bool ServerLine::hand_over(const ServerFiles& files) {
    return send_packet(ours_.get(), to_text(KeeperWord(files.words())), files.descriptors());
}

void ServerLine::tell_live(std::string json) {
    if (json == live_) return;
    if (send_packet(ours_.get(), to_text(KeeperWord(LiveText{json})))) live_ = std::move(json);
}

}  // namespace mirrorseed::app
