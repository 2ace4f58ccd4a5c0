// Downloads as wrk does, but throws bodies away unread (MSG_TRUNC), as a network card would take them.
//
// On loopback a client that copies what it gets is slower than any server here, and then says nothing about
// them. usage: http_drain PORT CONNECTIONS SECONDS REQUESTS, where REQUESTS lists what wrk_requests.lua
// reads. Prints one line of JSON, as wrk_requests.lua does.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Result {
    std::uint64_t requests = 0, bytes = 0, bad_status = 0;
    std::vector<std::int64_t> took;  // microseconds
};

std::vector<std::string> read_requests(const char* path) {
    std::vector<std::string> requests;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto tab = std::min(line.find('\t'), line.size());
        const auto range = line.substr(std::min(tab + 1, line.size()));
        requests.push_back("GET " + line.substr(0, tab) + " HTTP/1.1\r\nHost: localhost\r\n" +
                           (range.empty() ? "" : "Range: " + range + "\r\n") + "\r\n");
    }
    if (requests.empty()) throw std::runtime_error("no requests");
    return requests;
}

std::uint64_t content_length(std::string_view head) {
    for (const std::string_view name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
        const auto at = head.find(name);
        if (at == head.npos) continue;
        std::uint64_t length = 0;
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
        return length;
    }
    throw std::runtime_error("an answer without a Content-Length");
}

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

// One connection with one request under way.
class Download {
public:
    Download(std::uint16_t port, const std::vector<std::string>& requests, std::size_t first)
        : fd_(connect_to(port)), requests_(requests), next_(first) {
        ask();
    }
    int fd() const { return fd_; }

    // Takes what is there, for a while: a server may be as quick as this, and others wait too.
    void go_on(Result& result) {
        for (int taken = 0; taken < most_at_once; ++taken) {
            const auto got = left_ > 0 ? ::recv(fd_, nullptr, left_, MSG_TRUNC | MSG_DONTWAIT) : read_head();
            if (got < 0 && errno == EAGAIN) return;
            if (got <= 0) throw std::runtime_error("the server hung up");
            result.bytes += static_cast<std::uint64_t>(got);
            if (left_ > 0)
                left_ -= static_cast<std::size_t>(got);
            else if (!take_head(result))
                continue;
            if (left_ == 0) finish(result);
        }
    }

private:
    static constexpr int most_at_once = 64;

    void ask() {
        const auto& request = requests_[next_++ % requests_.size()];
        began_ = Clock::now();
        if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
            throw std::runtime_error("cannot send");
    }

    ssize_t read_head() {
        std::array<char, 2048> buffer;
        const auto got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) head_.append(buffer.data(), static_cast<std::size_t>(got));
        return got;
    }

    bool take_head(Result& result) {
        const auto end = head_.find("\r\n\r\n");
        if (end == head_.npos) return false;
        if (!head_.starts_with("HTTP/1.1 20")) ++result.bad_status;
        left_ = content_length(std::string_view(head_).substr(0, end + 2)) - (head_.size() - end - 4);
        return true;
    }

    void finish(Result& result) {
        ++result.requests;
        result.took.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began_).count());
        head_.clear();
        ask();
    }

    int fd_;
    const std::vector<std::string>& requests_;
    std::size_t next_, left_ = 0;
    std::string head_;
    Clock::time_point began_;
};

Result run(std::uint16_t port, std::size_t count, std::chrono::seconds time,
           const std::vector<std::string>& requests) {
    const int poll = ::epoll_create1(0);
    std::vector<Download> downloads;
    downloads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& download = downloads.emplace_back(port, requests, i * requests.size() / count);
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &download}};
        ::epoll_ctl(poll, EPOLL_CTL_ADD, download.fd(), &event);
    }
    Result result;
    std::array<epoll_event, 64> events;
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
        const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
        for (int i = 0; i < ready; ++i)
            static_cast<Download*>(events[static_cast<std::size_t>(i)].data.ptr)->go_on(result);
    }
    return result;
}

}  // namespace

int main(int count, char** words) try {
    if (count != 5) throw std::runtime_error("usage: http_drain PORT CONNECTIONS SECONDS REQUESTS");
    const auto requests = read_requests(words[4]);
    const auto begin = Clock::now();
    auto result = run(static_cast<std::uint16_t>(std::atoi(words[1])), std::strtoul(words[2], nullptr, 10),
                      std::chrono::seconds(std::atoi(words[3])), requests);
    const std::chrono::duration<double> took = Clock::now() - begin;
    std::sort(result.took.begin(), result.took.end());
    const auto p99 = result.took.empty() ? 0 : result.took[result.took.size() * 99 / 100];
    std::printf(
        "RESULT "
        "{\"requests\":%llu,\"bytes\":%llu,\"seconds\":%f,\"p99_us\":%lld,\"bad_status\":%llu,\"broken\":0}"
        "\n",
        static_cast<unsigned long long>(result.requests), static_cast<unsigned long long>(result.bytes),
        took.count(), static_cast<long long>(p99), static_cast<unsigned long long>(result.bad_status));
} catch (const std::exception& error) {
    std::fprintf(stderr, "http_drain: %s\n", error.what());
    return 1;
}
