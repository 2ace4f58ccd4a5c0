#include "app/keeper/doubts.hpp"

#include "core/whole_number.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::app {
namespace {

constexpr const char* variable = "MIRRORSEED_DOUBTS";
constexpr std::size_t most_at_once = 1000;
constexpr std::size_t most_remembered = 10'000;
constexpr std::chrono::seconds said_again_after{10};

}  // namespace

Doubts::Doubts() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        throw Failure(Error::last_system_error("cannot make a socket for the server"));
    ours_ = Descriptor(ends[0]);
    servers_ = Descriptor(ends[1]);
    ::setenv(variable, std::to_string(servers_.get()).c_str(), 1);
}

std::vector<std::string> Doubts::heard() const {
    std::vector<std::string> digests;
    Digest digest;
    while (digests.size() < most_at_once &&
           ::recv(ours_.get(), digest.bytes.data(), digest.bytes.size(), 0) == std::ssize(digest.bytes))
        digests.push_back(digest.hex());
    std::sort(digests.begin(), digests.end());
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
    return digests;
}

void Doubts::tend(JobQueue& queue) {
    if (reading_ && reading_->wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    reading_.reset();
    auto digests = heard();
    if (digests.empty()) return;
    const auto ticket =
        queue.add({.command = {"verify"}, .given = {{"CONTENT", std::move(digests)}}, .flags = {}});
    reading_ = ticket->answer.get_future();
}

std::shared_ptr<DoubtTeller> DoubtTeller::from_environment() {
    const char* text = std::getenv(variable);
    const auto number = whole_number<int>(text != nullptr ? text : "");
    ::unsetenv(variable);
    if (!number || ::fcntl(*number, F_SETFD, FD_CLOEXEC) != 0) return nullptr;
    return std::make_shared<DoubtTeller>(Descriptor(*number));
}

void DoubtTeller::tell(const Digest& digest) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (told_.size() >= most_remembered) told_.clear();
    auto& told = told_[digest];
    if (told != std::chrono::steady_clock::time_point() && now - told < said_again_after) return;
    told = now;
    (void)::send(socket_.get(), digest.bytes.data(), digest.bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace mirrorseed::app
