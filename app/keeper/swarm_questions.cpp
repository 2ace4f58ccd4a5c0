#include "app/keeper/swarm_questions.hpp"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace mirrorseed::app {
namespace {

constexpr std::chrono::seconds patience{2};
constexpr std::size_t longest_sheet = 32 << 20;

// Nothing where it is longer than any that we would read.
std::optional<std::string> text_on(const Descriptor& sheet) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got = ::pread(sheet.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
        if (got < 0) return std::nullopt;
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > longest_sheet) return std::nullopt;
    }
}

}  // namespace

SwarmQuestions::SwarmQuestions() : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!bell_.is_open()) throw Failure(Error::last_system_error("cannot make an event"));
}

std::optional<Swarms> SwarmQuestions::ask() {
    auto question = std::make_shared<Question>();
    question->sheet = Descriptor(::memfd_create("swarms", MFD_CLOEXEC));
    if (!question->sheet.is_open()) return std::nullopt;
    std::unique_lock lock(mutex_);
    question->number = ++last_;
    open_.push_back(question);
    ::eventfd_write(bell_.get(), 1);
    changed_.wait_for(lock, patience, [&] {
        return stopping_ || question->state == State::answered || question->state == State::unanswered;
    });
    std::erase(open_, question);
    const bool is_answered = question->state == State::answered;
    lock.unlock();
    const auto text = is_answered ? text_on(question->sheet) : std::nullopt;
    return text ? parse_swarms(*text) : std::nullopt;
}

void SwarmQuestions::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

void SwarmQuestions::tend(ServerLine& line) {
    eventfd_t rung = 0;
    ::eventfd_read(bell_.get(), &rung);
    const std::lock_guard lock(mutex_);
    for (auto& question : open_) {
        if (question->state != State::waits) continue;
        const bool has_tracker = line.counts() && line.counts()->tracker;
        const bool is_handed = has_tracker && line.ask_swarms(SwarmsAsked{question->number}, question->sheet);
        question->state = is_handed ? State::handed : State::unanswered;
    }
    changed_.notify_all();
}

void SwarmQuestions::told(const SwarmsTold& word) {
    const std::lock_guard lock(mutex_);
    for (auto& question : open_)
        if (question->number == word.number && question->state == State::handed)
            question->state = State::answered;
    changed_.notify_all();
}

}  // namespace mirrorseed::app
