// Takes connections from one listening socket into a loop.
#pragma once

#include "httpd/listener.hpp"
#include "httpd/loop_state.hpp"
#include "httpd/tls_identity.hpp"
#include "httpd/wire.hpp"

#include <memory>

namespace mirrorseed::httpd {

class Acceptor final : public EventLoop::Watcher, public TimerWheel::Timer {
public:
    // With an identity, connections speak TLS.
    Acceptor(Listener::Socket socket, Latecomers latecomers, std::shared_ptr<const TlsIdentity> identity,
             LoopState& state);
    const Listener::Socket& socket() const noexcept { return socket_; }

    void open();
    // Those that the kernel has accepted already are taken first.
    void close();

private:
    void on_ready(std::uint32_t events) override;
    void on_time() override;
    bool has_room();
    bool take_one();
    void pause(Trouble trouble, const char* reason);
    std::unique_ptr<Wire> wire_over(Descriptor socket) const;

    Listener::Socket socket_;
    Latecomers latecomers_;
    std::shared_ptr<const TlsIdentity> identity_;
    LoopState& state_;
    bool closed_ = false;
};

}  // namespace mirrorseed::httpd
