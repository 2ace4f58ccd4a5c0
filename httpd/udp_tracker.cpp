#include "httpd/udp_tracker.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr std::size_t most_at_once = 64;
// A scrape of as many hashes as are answered; what goes beyond is not looked at.
constexpr std::size_t largest_request = 1500;
// Of one address of either version of IP.
constexpr std::size_t largest_control = CMSG_SPACE(sizeof(in6_pktinfo));

// Which way the reply goes out is left to the routes, as with TCP.
void keep_address_alone(msghdr& head) {
    auto* control = CMSG_FIRSTHDR(&head);
    if (control == nullptr) return;
    auto* data = CMSG_DATA(control);
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
        in_pktinfo info{};
        std::memcpy(&info, data, sizeof info);
        info.ipi_ifindex = 0;
        std::memcpy(data, &info, sizeof info);
    } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
        in6_pktinfo info{};
        std::memcpy(&info, data, sizeof info);
        info.ipi6_ifindex = 0;
        std::memcpy(data, &info, sizeof info);
    }
}

}  // namespace

struct UdpTracker::Batch {
    struct Packet {
        sockaddr_storage from;
        alignas(cmsghdr) std::array<std::uint8_t, largest_control> control;
        std::array<std::uint8_t, largest_request> request;
        std::array<std::uint8_t, tracker::largest_reply> reply;
    };
    std::array<Packet, most_at_once> packets;  // of which memory has those alone that ever were used
    std::array<iovec, most_at_once> in, out;
    std::array<mmsghdr, most_at_once> heads, replies;

    void make_ready() {
        for (std::size_t i = 0; i < most_at_once; ++i) {
            auto& packet = packets[i];
            in[i] = {packet.request.data(), packet.request.size()};
            auto& head = heads[i].msg_hdr;
            head = {};
            head.msg_name = &packet.from;
            head.msg_namelen = sizeof packet.from;
            head.msg_iov = &in[i];
            head.msg_iovlen = 1;
            head.msg_control = packet.control.data();
            head.msg_controllen = packet.control.size();
        }
    }
    void add_reply(std::size_t at, std::size_t to, std::size_t size) {
        auto& packet = packets[to];
        out[at] = {packet.reply.data(), size};
        auto& head = replies[at].msg_hdr;
        head = heads[to].msg_hdr;
        head.msg_iov = &out[at];
        head.msg_flags = 0;
        if (head.msg_controllen == 0)
            head.msg_control = nullptr;
        else
            keep_address_alone(head);
    }
};

UdpTracker::UdpTracker(Listener::Socket socket, std::shared_ptr<Tracking> tracking, LoopState& state)
    : socket_(std::move(socket)),
      tracking_(std::move(tracking)),
      state_(state),
      batch_(std::make_unique_for_overwrite<Batch>()) {}

UdpTracker::~UdpTracker() = default;

void UdpTracker::open() {
    if (!state_.loop.watch(socket_->get(), *this, EventLoop::Watch::listener))
        state_.troubles.tell(Trouble::no_memory, "cannot take packets of the tracker: {}",
                             std::strerror(errno));
}

void UdpTracker::close() {
    closed_ = true;
    state_.loop.forget(socket_->get());
}

void UdpTracker::on_ready(std::uint32_t) {
    if (closed_) return;
    batch_->make_ready();
    const auto count = ::recvmmsg(socket_->get(), batch_->heads.data(), most_at_once, MSG_DONTWAIT, nullptr);
    if (count <= 0) return;
    received_ = static_cast<std::size_t>(count);
    if (tracking_->is_level()) return answer();
    state_.loop.forget(socket_->get());
    state_.helpers.look_ups.post([self = shared_from_this(), &loop = state_.loop] {
        self->tracking_->catch_up();
        loop.post([self] {
            if (self->closed_) return;
            self->answer();
            self->open();
        });
    });
}

void UdpTracker::answer() {
    auto& tracker = tracking_->tracker();
    auto& tally = state_.counters.tracker;
    std::size_t replies = 0;
    for (std::size_t i = 0; i < received_; ++i) {
        auto& packet = batch_->packets[i];
        const auto from = PeerAddress::of(packet.from);
        const auto asker = tracker::asker_at({from.bytes()});
        if (!asker) continue;
        const auto size = state_.desk.packet(tracker, {packet.request.data(), batch_->heads[i].msg_len},
                                             *asker, state_.loop.now(), packet.reply, tally);
        if (size > 0) batch_->add_reply(replies++, i, size);
    }
    send(replies);
}

// Who cannot be reached is passed over; when the kernel takes no more, the rest is lost as packets are.
void UdpTracker::send(std::size_t replies) {
    std::size_t done = 0;
    while (done < replies) {
        const auto sent = ::sendmmsg(socket_->get(), batch_->replies.data() + done,
                                     static_cast<unsigned>(replies - done), MSG_DONTWAIT);
        if (sent > 0) {
            done += static_cast<std::size_t>(sent);
            continue;
        }
        const bool is_full = errno == EAGAIN || errno == ENOBUFS;
        for (const auto until = is_full ? replies : done + 1; done < until; ++done)
            state_.counters.tracker.add(tracker::Done::not_sent);
    }
}

}  // namespace mirrorseed::httpd
