// Takes connections from one listening socket into a loop.
#pragma once

#include "httpd/tls_identity.hpp"
#include "httpd/wire.hpp"
#include "httpd/world.hpp"

#include <memory>

namespace mirrorseed::httpd {

// What becomes of those who come when it has closed.
enum class Latecomers { refused, left_waiting };

class Acceptor final : public EventLoop::Watcher, public TimerWheel::Timer {
public:
    // The socket and the identity outlive it. With an identity, connections speak TLS.
    Acceptor(const Descriptor& socket, Latecomers latecomers, const TlsIdentity* identity, World& world);

    void open();
    // Those that the kernel has accepted already are taken first.
    void close();

private:
    void on_ready(std::uint32_t events) override;
    void on_time() override;
    bool make_room();
    bool take_one();
    void pause(const char* reason);
    std::unique_ptr<Wire> wire_over(Descriptor socket) const;

    const Descriptor& socket_;
    const Latecomers latecomers_;
    const TlsIdentity* identity_;
    World& world_;
    bool told_ = false;  // one line for each time of trouble, not ten in a second
};

}  // namespace mirrorseed::httpd
