#include "app/serve/keeper_line.hpp"

#include "core/whole_number.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <utility>

namespace mirrorseed::app {
namespace {

constexpr std::size_t most_remembered = 10'000;
constexpr std::chrono::seconds said_again_after{10};

}  // namespace

std::shared_ptr<KeeperLine> KeeperLine::from_environment() {
    const char* given = std::getenv(keeper_line_variable);
    std::string text = given != nullptr ? given : "";
    ::unsetenv(keeper_line_variable);
    const bool ends = text.ends_with(ends_with_keeper);
    if (ends) text.resize(text.size() - ends_with_keeper.size());
    const auto number = whole_number<int>(text);
    if (!number || ::fcntl(*number, F_SETFD, FD_CLOEXEC) != 0) return nullptr;
    return std::make_shared<KeeperLine>(Descriptor(*number), ends);
}

void KeeperLine::say_alive(const ServerCounts& counts) const {
    send_packet(socket_.get(), to_text(ServerWord(counts)));
}

void KeeperLine::looks_changed(const Digest& content) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (told_.size() >= most_remembered) told_.clear();
    auto& told = told_[content];
    if (told != std::chrono::steady_clock::time_point() && now - told < said_again_after) return;
    told = now;
    send_packet(socket_.get(), to_text(ServerWord(LooksChanged{content})));
}

bool KeeperLine::ask_sync(const std::string& tree) const {
    return !is_mortal_ && send_packet(socket_.get(), to_text(ServerWord(SyncAsked{tree})));
}

std::optional<ServerFiles> KeeperLine::hear() {
    while (!is_over_) {
        auto [packet, is_over] = receive_packet(socket_.get());
        is_over_ = is_over;
        if (!packet) break;
        auto word = parse_keeper_word(packet->text);
        if (!word) continue;
        if (auto* live = std::get_if<LiveText>(&*word)) {
            const std::lock_guard lock(mutex_);
            live_ = std::move(live->json);
        } else if (auto files = ServerFiles::of(std::get<HandOver>(*word), std::move(packet->files))) {
            return files;
        }
    }
    return std::nullopt;
}

std::string KeeperLine::live() const {
    const std::lock_guard lock(mutex_);
    return live_;
}

}  // namespace mirrorseed::app
