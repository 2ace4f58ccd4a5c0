// Takes connections from one listening socket into a loop.
#pragma once

#include "httpd/world.hpp"

namespace mirrorseed::httpd {

class Acceptor final : public EventLoop::Watcher, public TimerWheel::Timer {
public:
    // The socket outlives it.
    Acceptor(const Descriptor& socket, World& world);

    void open();
    // Those that the kernel has accepted already are taken first.
    void close();

private:
    void on_ready(std::uint32_t events) override;
    void on_time() override;
    bool make_room();
    bool take_one();
    void pause(const char* reason);

    const Descriptor& socket_;
    World& world_;
    bool told_ = false;  // one line for each time of trouble, not ten in a second
};

}  // namespace mirrorseed::httpd
