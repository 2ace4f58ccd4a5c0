// Announces to a tracker, as many as it answers, from one thread and any number of addresses of this machine.
//
// usage: tracker_load WAY PORT HASHES PEERS fill|SECONDS
//
// WAY is "udp", "http,/announce" with the tracker's path, or "keep,/announce", where a connection is for
// many. HASHES lists hashes in hex, to which the peers are dealt out in turn. `fill`: each peer announces
// once, until all were answered. Otherwise peers announce again, in turn, for so long. Prints one line of
// JSON. Peers come from 127.1.0.0 on, a thousand from each address, so that they are told apart by whatever a
// tracker goes by.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Hash = std::array<std::uint8_t, 20>;

constexpr std::uint32_t first_address = 0x7f010000, peers_of_address = 1000;
constexpr std::uint32_t wanted = 50;

struct Work {
    std::uint16_t port = 0;
    std::vector<Hash> hashes;
    std::uint32_t peers = 0;
    bool fill = false;
    std::chrono::duration<double> time{};
};

struct Result {
    std::uint64_t answered = 0, lost = 0, bytes = 0;
    double seconds = 0;
};

std::uint32_t address_of(std::uint32_t peer) {
    return first_address + 1 + peer / peers_of_address;
}
std::uint16_t port_of(std::uint32_t peer) {
    return static_cast<std::uint16_t>(2000 + peer % peers_of_address);
}
Hash id_of(std::uint32_t peer) {
    Hash id;
    id.fill('-');
    std::memcpy(id.data(), "-XX0001-", 8);
    const std::uint64_t mixed = (peer + 1) * 0x9e3779b97f4a7c15;
    std::memcpy(id.data() + 8, &mixed, 8);
    std::memcpy(id.data() + 16, &peer, 4);
    return id;
}

sockaddr_in at(std::uint32_t address, std::uint16_t port) {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = htonl(address);
    there.sin_port = htons(port);
    return there;
}

template <class Number>
void put(std::uint8_t* to, Number number) {
    for (std::size_t i = 0; i < sizeof number; ++i)
        to[i] = static_cast<std::uint8_t>(number >> (8 * (sizeof number - 1 - i)));
}

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

// ---- by UDP: some are always under way

class Udp {
public:
    explicit Udp(const Work& work) : work_(work), socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        const int size = 8 << 20;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
        const auto any = at(INADDR_ANY, 0);
        if (::bind(socket_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) fail("bind");
        to_.fill(at(INADDR_LOOPBACK, work.port));
    }

    Result run() {
        connect_all();
        Result result;
        const auto begin = Clock::now();
        const auto end = begin + std::chrono::duration_cast<Clock::duration>(work_.time);
        std::uint64_t sent = 0;
        std::uint64_t under_way = 0;
        const auto more = [&] { return work_.fill ? sent < work_.peers : Clock::now() < end; };
        int idle = 0;
        while (more() || (under_way > 0 && idle < 20)) {
            if (more() && under_way + batch <= window) {
                const auto count = work_.fill ? std::min<std::uint64_t>(batch, work_.peers - sent) : batch;
                for (std::uint64_t i = 0; i < count; ++i)
                    write_announce(i, static_cast<std::uint32_t>((sent + i) % work_.peers));
                send(count);
                sent += count;
                under_way += count;
            }
            const auto got = receive(result, under_way + batch <= window && more() ? 0 : 50);
            idle = got == 0 && !(under_way + batch <= window && more()) ? idle + 1 : 0;
            if (idle == 2) {  // they are lost
                result.lost += under_way;
                under_way = 0;
            }
            under_way -= std::min(under_way, got);
        }
        result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return result;
    }

private:
    static constexpr std::size_t batch = 32, window = 128;

    void connect_all() {
        const auto last = address_of(work_.peers - 1);
        for (auto address = address_of(0); address <= last; ++address) {
            auto& packet = sent_[0];
            put<std::uint64_t>(packet.data(), 0x41727101980);
            put<std::uint32_t>(packet.data() + 8, 0);
            put<std::uint32_t>(packet.data() + 12, address);
            lengths_[0] = 16;
            from_[0] = address;
            send(1);
            std::array<std::uint8_t, 64> reply;
            timeval patience{2, 0};
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            if (::recv(socket_, reply.data(), reply.size(), 0) != 16) fail("connect");
            std::memcpy(ids_[address].data(), reply.data() + 8, 8);
        }
    }
    void write_announce(std::size_t i, std::uint32_t peer) {
        auto* to = sent_[i].data();
        const auto address = address_of(peer);
        std::memcpy(to, ids_.at(address).data(), 8);
        put<std::uint32_t>(to + 8, 1);
        put<std::uint32_t>(to + 12, peer);
        std::memcpy(to + 16, work_.hashes[peer % work_.hashes.size()].data(), 20);
        std::memcpy(to + 36, id_of(peer).data(), 20);
        std::memset(to + 56, 0, 42);
        put<std::uint64_t>(to + 64, 1);
        put<std::uint32_t>(to + 88, peer + 1);
        put<std::uint32_t>(to + 92, wanted);
        put<std::uint16_t>(to + 96, port_of(peer));
        lengths_[i] = 98;
        from_[i] = address;
    }
    void send(std::size_t count) {
        std::array<mmsghdr, batch> heads{};
        for (std::size_t i = 0; i < count; ++i) {
            out_[i] = {sent_[i].data(), lengths_[i]};
            auto& head = heads[i].msg_hdr;
            head.msg_name = &to_[i];
            head.msg_namelen = sizeof to_[i];
            head.msg_iov = &out_[i];
            head.msg_iovlen = 1;
            head.msg_control = control_[i].data();
            head.msg_controllen = control_[i].size();
            auto* control = CMSG_FIRSTHDR(&head);
            control->cmsg_level = IPPROTO_IP;
            control->cmsg_type = IP_PKTINFO;
            control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
            in_pktinfo info{};
            info.ipi_spec_dst.s_addr = htonl(from_[i]);
            std::memcpy(CMSG_DATA(control), &info, sizeof info);
        }
        for (std::size_t done = 0; done < count;) {
            const auto sent =
                ::sendmmsg(socket_, heads.data() + done, static_cast<unsigned>(count - done), 0);
            if (sent < 0) fail("sendmmsg");
            done += static_cast<std::size_t>(sent);
        }
    }
    std::uint64_t receive(Result& result, int patience) {
        std::array<mmsghdr, 2 * batch> heads{};
        for (std::size_t i = 0; i < heads.size(); ++i) {
            in_[i] = {got_[i].data(), got_[i].size()};
            heads[i].msg_hdr.msg_iov = &in_[i];
            heads[i].msg_hdr.msg_iovlen = 1;
        }
        timeval time{0, std::max(patience * 1000, 1)};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
        const auto got = ::recvmmsg(socket_, heads.data(), heads.size(),
                                    patience == 0 ? MSG_DONTWAIT : MSG_WAITFORONE, nullptr);
        if (got <= 0) return 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
            if (got_[i][3] != 1) throw std::runtime_error("an error came back");
            result.bytes += heads[i].msg_len;
        }
        result.answered += static_cast<std::uint64_t>(got);
        return static_cast<std::uint64_t>(got);
    }

    const Work& work_;
    int socket_;
    std::unordered_map<std::uint32_t, std::array<std::uint8_t, 8>> ids_;
    std::array<std::array<std::uint8_t, 98>, batch> sent_;
    std::array<std::size_t, batch> lengths_{};
    std::array<std::uint32_t, batch> from_{};
    std::array<sockaddr_in, batch> to_;
    std::array<iovec, batch> out_{};
    struct alignas(cmsghdr) Control : std::array<std::uint8_t, CMSG_SPACE(sizeof(in_pktinfo))> {};
    std::array<Control, batch> control_{};
    std::array<std::array<std::uint8_t, 2048>, 2 * batch> got_;
    std::array<iovec, 2 * batch> in_{};
};

// ---- by HTTP: a connection for each announce, as clients have it; or one for many

class Http {
public:
    Http(const Work& work, std::string path, bool keep) : work_(work), path_(std::move(path)), keep_(keep) {}

    Result run() {
        const int poll = ::epoll_create1(0);
        connections_.resize(at_once);
        const auto begin = Clock::now();
        end_ = begin + std::chrono::duration_cast<Clock::duration>(work_.time);
        for (std::size_t i = 0; i < at_once; ++i)
            begin_one(poll, i);
        std::array<epoll_event, at_once> events;
        while (open_ > 0) {
            const auto count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 2000);
            if (count == 0) throw std::runtime_error("no answers come");
            for (int i = 0; i < count; ++i)
                take(poll, events[static_cast<std::size_t>(i)].data.u64);
        }
        result_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return result_;
    }

private:
    static constexpr std::size_t at_once = 32;
    struct Connection {
        int socket = -1;
        std::uint32_t peer = 0;  // that asks
        std::string got;
    };

    bool more() const { return work_.fill ? sent_ < work_.peers : Clock::now() < end_; }

    void begin_one(int poll, std::size_t at_place) {
        if (!more()) return;
        auto& connection = connections_[at_place];
        const auto peer = keep_ ? static_cast<std::uint32_t>(at_place) * peers_of_address % work_.peers
                                : static_cast<std::uint32_t>(sent_ % work_.peers);
        connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        const int on = 1;
        ::setsockopt(connection.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        const auto from = at(address_of(peer), 0);
        if (::bind(connection.socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
            fail("bind");
        const auto to = at(INADDR_LOOPBACK, work_.port);
        if (::connect(connection.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
            errno != EINPROGRESS)
            fail("connect");
        epoll_event event{.events = EPOLLIN, .data = {.u64 = at_place}};
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &event);
        ++open_;
        connection.got.clear();
        ask(connection, peer);
    }
    void ask(Connection& connection, std::uint32_t peer) {
        ++sent_;
        connection.peer = peer;
        std::string request = "GET " + path_ + "?info_hash=";
        add_escaped(request, work_.hashes[peer % work_.hashes.size()]);
        request += "&peer_id=";
        add_escaped(request, id_of(peer));
        request += "&port=" + std::to_string(port_of(peer)) +
                   "&uploaded=0&downloaded=0&left=1&compact=1&numwant=" + std::to_string(wanted);
        std::array<char, 16> key{};
        std::snprintf(key.data(), key.size(), "&key=%08X", peer + 1);
        request += key.data();
        request += " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nConnection: ";
        request += keep_ ? "keep-alive\r\n\r\n" : "close\r\n\r\n";
        // A socket of loopback is connected at once.
        if (::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size()))
            fail("send");
    }
    static void add_escaped(std::string& text, const Hash& bytes) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        for (const auto byte : bytes)
            text.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    void take(int poll, std::size_t at_place) {
        auto& connection = connections_[at_place];
        std::array<char, 8192> buffer;
        const auto count = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EAGAIN) return;
        if (count > 0) connection.got.append(buffer.data(), static_cast<std::size_t>(count));
        const auto body = connection.got.find("\r\n\r\n");
        const bool whole = body != std::string::npos && connection.got.ends_with('e') &&
                           connection.got.compare(body + 4, 1, "d") == 0 &&
                           is_whole(connection.got, body + 4);
        if (count > 0 && !whole) return;
        if (connection.got.find(":peers") == std::string::npos)
            throw std::runtime_error("no peers came back: " + connection.got);
        ++result_.answered;
        result_.bytes += connection.got.size();
        connection.got.clear();
        if (keep_ && more()) return ask(connection, next_of_address(connection.peer));
        ::close(connection.socket);
        --open_;
        begin_one(poll, at_place);
    }
    static std::uint32_t next_of_address(std::uint32_t peer) {
        return peer / peers_of_address * peers_of_address + (peer + 1) % peers_of_address;
    }
    static bool is_whole(const std::string& text, std::size_t body) {
        auto at_length = text.find("ontent-Length: ");
        if (at_length == std::string::npos) at_length = text.find("ontent-length: ");
        return at_length != std::string::npos &&
               text.size() - body >= std::strtoull(text.c_str() + at_length + 15, nullptr, 10);
    }

    const Work& work_;
    const std::string path_;
    const bool keep_;
    std::vector<Connection> connections_;
    Clock::time_point end_;
    std::uint64_t sent_ = 0, open_ = 0;
    Result result_;
};

std::vector<Hash> read_hashes(const char* path) {
    std::vector<Hash> hashes;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        Hash hash;
        for (std::size_t i = 0; i < hash.size(); ++i)
            hash[i] = static_cast<std::uint8_t>(std::stoul(line.substr(2 * i, 2), nullptr, 16));
        hashes.push_back(hash);
    }
    if (hashes.empty()) throw std::runtime_error("no hashes");
    return hashes;
}

Result run(const std::string& way, const Work& work) {
    if (way == "udp") return Udp(work).run();
    const auto comma = way.find(',');  // "http,/announce" or "keep,/announce"
    return Http(work, way.substr(comma + 1), way.starts_with("keep")).run();
}

}  // namespace

int main(int count, char** arguments) {
    try {
        if (count != 6) throw std::runtime_error("usage: tracker_load WAY PORT HASHES PEERS fill|SECONDS");
        Work work{.port = static_cast<std::uint16_t>(std::stoul(arguments[2])),
                  .hashes = read_hashes(arguments[3]),
                  .peers = static_cast<std::uint32_t>(std::stoul(arguments[4]))};
        work.fill = std::string_view(arguments[5]) == "fill";
        if (!work.fill) work.time = std::chrono::duration<double>(std::stod(arguments[5]));
        const auto result = run(arguments[1], work);
        std::printf("{\"answered\": %llu, \"lost\": %llu, \"bytes\": %llu, \"seconds\": %.3f}\n",
                    static_cast<unsigned long long>(result.answered),
                    static_cast<unsigned long long>(result.lost),
                    static_cast<unsigned long long>(result.bytes), result.seconds);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tracker_load: %s\n", error.what());
        return 1;
    }
}
