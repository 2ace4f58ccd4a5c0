#include "app/serve/keeper_line.hpp"

#include "core/system/packet_pipe.hpp"
#include "core/system/packet_socket.hpp"
#include "core/whole_number.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace mirrorseed::app {
namespace {

constexpr std::size_t most_remembered = 10'000;
constexpr std::chrono::seconds said_again_after{10};
constexpr std::chrono::seconds lost_for{5};

std::string key_of(const std::string& tree, const RelPath& path) {
    return tree + "/" + path.str();
}

std::optional<int> inherited(std::string_view text) {
    const auto number = whole_number<int>(text);
    return number && ::fcntl(*number, F_SETFD, FD_CLOEXEC) == 0 ? number : std::nullopt;
}

}  // namespace

std::shared_ptr<KeeperLine> KeeperLine::from_environment() {
    const char* given = std::getenv(keeper_line_variable);
    std::string text = given != nullptr ? given : "";
    ::unsetenv(keeper_line_variable);
    const bool ends = text.ends_with(ends_with_keeper);
    if (ends) text.resize(text.size() - ends_with_keeper.size());
    const auto comma = std::min(text.find(','), text.size());
    const auto hears = inherited(std::string_view(text).substr(0, comma));
    const auto speaks = inherited(std::string_view(text).substr(std::min(comma + 1, text.size())));
    if (!hears || !speaks) return nullptr;
    return std::make_shared<KeeperLine>(Descriptor(*hears), Descriptor(*speaks), ends);
}

void KeeperLine::say_alive(const ServerCounts& counts) const {
    send_text(speaks_.get(), to_text(ServerWord(counts)));
}

void KeeperLine::looks_changed(const Digest& content) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (told_.size() >= most_remembered) told_.clear();
    auto& told = told_[content];
    if (told != std::chrono::steady_clock::time_point() && now - told < said_again_after) return;
    told = now;
    send_text(speaks_.get(), to_text(ServerWord(LooksChanged{content})));
}

bool KeeperLine::ask_sync(const std::string& tree) const {
    return !is_mortal_ && send_text(speaks_.get(), to_text(ServerWord(SyncAsked{tree})));
}

httpd::AwaitedFate KeeperLine::want(const std::string& tree, const RelPath& path) {
    using Fate = httpd::AwaitedFate;
    if (is_mortal_ || is_over_) return Fate::nobody_brings;
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (asked_.size() >= most_remembered) asked_.clear();
    auto& asked = asked_[key_of(tree, path)];
    const auto never = std::chrono::steady_clock::time_point();
    if (asked.lost != never && now - asked.lost < lost_for) return asked.is_gone ? Fate::gone : Fate::late;
    if (asked.said != never && now - asked.said < said_again_after) return Fate::comes;
    asked = {.said = now};
    const bool is_said = send_text(speaks_.get(), to_text(ServerWord(FileWanted{tree, path})));
    return is_said ? Fate::comes : Fate::late;
}

void KeeperLine::note_lost(const FileLost& file) {
    const std::lock_guard lock(mutex_);
    auto& asked = asked_[key_of(file.tree, file.path)];
    asked.lost = std::chrono::steady_clock::now();
    asked.is_gone = file.is_gone;
}

std::optional<ServerFiles> KeeperLine::hear() {
    while (!is_over_) {
        auto [packet, is_over] = receive_packet(hears_.get());
        is_over_ = is_over;
        if (!packet) break;
        auto word = parse_keeper_word(packet->text);
        if (!word) continue;
        if (auto* live = std::get_if<LiveText>(&*word)) {
            const std::lock_guard lock(mutex_);
            live_ = std::move(live->json);
        } else if (const auto* asked = std::get_if<SwarmsAsked>(&*word)) {
            if (packet->files.size() == 1) questions_.push_back({*asked, std::move(packet->files.front())});
        } else if (const auto* lost = std::get_if<FileLost>(&*word)) {
            note_lost(*lost);
        } else if (auto files = ServerFiles::of(std::get<HandOver>(*word), std::move(packet->files))) {
            return files;
        }
    }
    return std::nullopt;
}

void KeeperLine::answered(const SwarmQuestion& question) const {
    send_text(speaks_.get(), to_text(ServerWord(SwarmsTold{question.word.number})));
}

std::string KeeperLine::live() const {
    if (is_over_) return {};
    const std::lock_guard lock(mutex_);
    return live_;
}

}  // namespace mirrorseed::app
