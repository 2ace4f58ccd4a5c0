// The tracker's packets at one UDP socket of a loop: taken and answered in batches.
//
// Where the hashes are not level with the catalogue, the batch waits for the helper that reads it, and no
// more is taken meanwhile. A reply leaves from the address that the request came to.
#pragma once

#include "httpd/listener.hpp"
#include "httpd/loop_state.hpp"
#include "httpd/tracking.hpp"

#include <memory>

namespace mirrorseed::httpd {

class UdpTracker final : public EventLoop::Watcher, public std::enable_shared_from_this<UdpTracker> {
public:
    UdpTracker(Listener::Socket socket, std::shared_ptr<Tracking> tracking, LoopState& state);
    ~UdpTracker() override;
    const Listener::Socket& socket() const noexcept { return socket_; }

    // Again, after a batch that waited.
    void open();
    void close();

private:
    struct Batch;

    void on_ready(std::uint32_t events) override;
    void answer();
    void send(std::size_t replies);

    Listener::Socket socket_;
    std::shared_ptr<Tracking> tracking_;
    LoopState& state_;
    std::unique_ptr<Batch> batch_;
    std::size_t received_ = 0;
    bool closed_ = false;
};

}  // namespace mirrorseed::httpd
