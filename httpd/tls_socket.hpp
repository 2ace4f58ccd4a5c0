// A socket as OpenSSL reads and writes it.
//
// What OpenSSL writes, a record at a time, is gathered here and leaves in one call
// to the kernel. A record that was taken is never refused later, so OpenSSL need
// not be asked the same thing twice. The buffer belongs to the thread while
// nothing waits in it: idle connections hold none.
#pragma once

#include "core/system/folder.hpp"

#include <cstddef>
#include <string>

struct bio_st;  // OpenSSL's BIO

namespace mirrorseed::httpd {

class TlsSocket {
public:
    explicit TlsSocket(Descriptor socket) : socket_(std::move(socket)) {}
    TlsSocket(const TlsSocket&) = delete;
    TlsSocket& operator=(const TlsSocket&) = delete;

    // For one connection of OpenSSL's, which owns it; this outlives it.
    bio_st* new_bio();
    int fd() const noexcept { return socket_.get(); }

    // Bytes that were written and have not left.
    std::size_t waiting() const noexcept { return waiting_.size(); }
    enum class Flushed { all, part, broken };
    // As far as it goes at once. `flags` as send() takes them.
    Flushed flush(int flags);

    // Until the next call, this many bytes may be read, so that a peer who sends what only OpenSSL sees does
    // not hold up the others.
    void allow_reading(std::size_t bytes) noexcept {
        may_read_ = bytes;
        held_back_ = emptied_ = false;
    }
    // That is why there was nothing.
    bool held_back() const noexcept { return held_back_; }
    // A read since then took all that there was. Where OpenSSL had enough from before, none has looked.
    bool emptied() const noexcept { return emptied_; }
    bool ended() const noexcept { return ended_; }

    // What the BIO does; the counts are OpenSSL's: -1 and `again` to be asked later.
    int read(char* into, std::size_t size, bool& again);
    int write(const char* bytes, std::size_t size, bool& again);

private:
    Descriptor socket_;
    std::string waiting_;
    std::size_t may_read_ = 0;
    bool held_back_ = false, emptied_ = false, ended_ = false;
};

}  // namespace mirrorseed::httpd
