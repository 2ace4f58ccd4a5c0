// Bytes in and out of a connection, as far as they go at once. Plain sockets, and what looks like one.
#pragma once

#include "core/system/folder.hpp"
#include "core/units.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace mirrorseed::httpd {

struct Moved {
    enum class State {
        some,
        blocked,
        ended,         // the peer is gone, or will send no more
        content_short  // the file has no byte there, or cannot be read
    };
    State state = State::some;
    std::size_t bytes = 0;
    bool emptied = false;  // there is no more to receive until the loop says so
};

enum class More { follows, none };

class Wire {
public:
    virtual ~Wire() = default;
    virtual Moved receive(std::span<char> into) = 0;
    // One after the other. After `follows` the kernel may wait for what comes next.
    virtual Moved send(std::string_view first, std::string_view second, More more) = 0;
    virtual Moved send_file(const Descriptor& file, Bytes at, std::size_t count) = 0;
    // The loop says that the socket takes bytes again: what the wire itself holds back leaves. True when that
    // is what receive() was waiting for.
    virtual bool on_writable() { return false; }
    // Tells the peer that nothing more will come.
    virtual void finish() = 0;
    virtual int fd() const noexcept = 0;
    virtual bool speaks_tls() const noexcept { return false; }
};

// sendfile, so that no byte of a file passes through this program.
class PlainWire final : public Wire {
public:
    explicit PlainWire(Descriptor socket) : socket_(std::move(socket)) {}
    Moved receive(std::span<char> into) override;
    Moved send(std::string_view first, std::string_view second, More more) override;
    Moved send_file(const Descriptor& file, Bytes at, std::size_t count) override;
    void finish() override;
    int fd() const noexcept override { return socket_.get(); }

private:
    Descriptor socket_;
};

}  // namespace mirrorseed::httpd
