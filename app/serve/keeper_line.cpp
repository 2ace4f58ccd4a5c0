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
constexpr std::chrono::seconds on_the_way_for{60};
constexpr std::chrono::hours used_again_after{1};
constexpr std::chrono::minutes longest_standstill{2};
constexpr std::ptrdiff_t most_on_the_way = 16;  // for one client
constexpr std::chrono::steady_clock::time_point never{};

std::string key_of(const httpd::WantedContent& file) {
    return file.content.hex() + file.tree + "/" + file.path.str();
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

httpd::Prospect KeeperLine::want(const httpd::WantedContent& file, const std::string& client) {
    using Fate = httpd::AwaitedFate;
    if (is_mortal_ || is_over_) return {Fate::nobody_brings};
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    const auto key = key_of(file);
    if (auto part = part_of(key, now)) return {Fate::comes, std::move(part)};
    if (asked_.size() >= most_remembered) asked_.clear();
    const auto found = asked_.find(key);
    bool is_on_the_way = false;
    if (found != asked_.end() && !found->second.is_here) {
        const auto& asked = found->second;
        if (asked.lost != never && now - asked.lost < lost_for)
            return {asked.is_gone ? Fate::gone : Fate::late};
        is_on_the_way = asked.lost == never;
        if (is_on_the_way && now - asked.said < said_again_after) return {Fate::comes};
    }
    if (!is_on_the_way && has_enough_on_the_way(client, now)) return {Fate::late};
    asked_[key] = {.said = now, .client = client};
    const bool is_said = send_text(speaks_.get(), to_text(ServerWord(FileWanted{file})));
    return {is_said ? Fate::comes : Fate::late};
}

// Whoever goes away has it brought all the same.
bool KeeperLine::has_enough_on_the_way(const std::string& client,
                                       std::chrono::steady_clock::time_point now) const {
    return std::count_if(asked_.begin(), asked_.end(), [&](const auto& item) {
               const auto& asked = item.second;
               return asked.client == client && !asked.is_here && asked.lost == never &&
                      now - asked.said < on_the_way_for;
           }) >= most_on_the_way;
}

void KeeperLine::note_use(const httpd::WantedContent& file) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (asked_.size() >= most_remembered) asked_.clear();
    auto& asked = asked_[key_of(file)];
    if (std::exchange(asked.is_here, true) && now - asked.said < used_again_after) return;
    asked.said = now;
    send_text(speaks_.get(), to_text(ServerWord(FileWanted{file})));
}

bool KeeperLine::is_gone(const httpd::WantedContent& file) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    const auto found = asked_.find(key_of(file));
    return found != asked_.end() && found->second.is_gone && now - found->second.lost < lost_for;
}

void KeeperLine::note_lost(const FileLost& lost) {
    const std::lock_guard lock(mutex_);
    auto& asked = asked_[key_of(lost.file)];
    asked.lost = std::chrono::steady_clock::now();
    asked.is_gone = lost.is_gone;
    asked.is_here = false;
    end_part(key_of(lost.file), httpd::PartState::broken);
}

// It is told again now and then, and may go on where it broke off.
void KeeperLine::note_comes(const FileComes& comes, Descriptor part) {
    const auto facts = facts_of(part, "a file that comes");
    if (!facts || !facts->is_file) return;
    const std::lock_guard lock(mutex_);
    const auto key = key_of(comes.file);
    const auto known = parts_.find(key);
    if (known != parts_.end() && known->second.begun.same_inode(*facts)) return;
    end_part(key, httpd::PartState::broken);
    const auto now = std::chrono::steady_clock::now();
    parts_[key] = {*facts, std::make_shared<httpd::PartFile>(std::move(part), facts->size, now)};
}

// What stands still may have come to an end of which nothing was heard; then it is asked for anew.
std::shared_ptr<const httpd::PartFile> KeeperLine::part_of(const std::string& key,
                                                           std::chrono::steady_clock::time_point now) {
    const auto part = parts_.find(key);
    if (part == parts_.end()) return nullptr;
    if (part->second.file->look(0, now).stands_still < longest_standstill) return part->second.file;
    end_part(key, httpd::PartState::broken);
    return nullptr;
}

void KeeperLine::note_came(const FileCame& came) {
    const std::lock_guard lock(mutex_);
    end_part(key_of(came.file), httpd::PartState::whole);
}

void KeeperLine::end_part(const std::string& key, httpd::PartState state) {
    if (const auto part = parts_.extract(key)) part.mapped().file->ends(state);
}

// There is nobody any more who would tell.
void KeeperLine::end_parts() {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, part] : std::exchange(parts_, {}))
        part.file->ends(httpd::PartState::broken);
}

std::optional<ServerFiles> KeeperLine::hear() {
    while (!is_over_) {
        auto [packet, is_over] = receive_packet(hears_.get());
        is_over_ = is_over;
        if (is_over) end_parts();
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
        } else if (const auto* comes = std::get_if<FileComes>(&*word)) {
            if (packet->files.size() == 1) note_comes(*comes, std::move(packet->files.front()));
        } else if (const auto* came = std::get_if<FileCame>(&*word)) {
            note_came(*came);
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
