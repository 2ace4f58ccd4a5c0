#include "app/keeper/server_line.hpp"

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::app {
namespace {

using Clock = std::chrono::steady_clock;

// A server speaks every second, and its loops count as dead after ten without a round.
constexpr std::chrono::seconds usual_silence{5}, longest_silence{30};
constexpr std::size_t most_at_once = 1000;

}  // namespace

void ServerLine::end() {
    packets_ = {};
    texts_ = {};
    counts_.reset();
    live_.clear();
}

Status ServerLine::begin_anew() {
    end();
    auto packets = make_packet_pair();
    if (!packets) return packets.error();
    auto texts = make_packet_pipe();
    if (!texts) return texts.error();
    packets_ = std::move(*packets);
    texts_ = std::move(*texts);
    silence_.begin(Clock::now());
    return {};
}

std::string ServerLine::in_environment() const {
    return fmt::format("{}={},{}{}", keeper_line_variable, packets_.hearer.get(), texts_.writer.get(),
                       orphans_ == Orphans::end ? ends_with_keeper : "");
}

std::vector<ServerWord> ServerLine::hear() {
    std::vector<ServerWord> words;
    bool is_alive = false;
    for (std::size_t i = 0; i < most_at_once; ++i) {
        const auto text = receive_text(texts_.reader.get());
        if (!text) break;
        auto word = parse_server_word(*text);
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
    return send_packet(packets_.speaker.get(), to_text(KeeperWord(files.words())), files.descriptors());
}

bool ServerLine::ask_swarms(const SwarmsAsked& question, const Descriptor& sheet) {
    return send_packet(packets_.speaker.get(), to_text(KeeperWord(question)), {sheet.get()});
}

bool ServerLine::tell_comes(const FileComes& file, const Descriptor& part) {
    return send_packet(packets_.speaker.get(), to_text(KeeperWord(file)), {part.get()});
}

bool ServerLine::tell_end(const KeeperWord& word) {
    return send_packet(packets_.speaker.get(), to_text(word));
}

void ServerLine::tell_live(std::string json) {
    if (json == live_) return;
    if (send_packet(packets_.speaker.get(), to_text(KeeperWord(LiveText{json})))) live_ = std::move(json);
}

}  // namespace mirrorseed::app
