// TLS on the socket itself, at the server's end.
//
// Where the kernel can encrypt (kTLS), OpenSSL has the socket and files go by
// sendfile. Elsewhere records are made here and gathered (httpd/tls_socket.hpp).
// The handshake happens inside receive(). What was encrypted counts as sent once
// its records have left, so a reader is judged by what it takes.
#pragma once

#include "httpd/tls_context.hpp"
#include "httpd/tls_socket.hpp"
#include "httpd/wire.hpp"

#include <memory>
#include <string>

struct ssl_st;  // OpenSSL's SSL

namespace mirrorseed::httpd {

// Whether this machine's kernel can encrypt for TLS. Asked once.
bool kernel_encrypts();

class TlsWire final : public Wire {
public:
    // Who puts records on the socket.
    enum class Records { gathered, by_openssl };
    // Throws std::bad_alloc.
    TlsWire(Descriptor socket, const TlsContext& context,
            Records records = kernel_encrypts() ? Records::by_openssl : Records::gathered);
    ~TlsWire() override;

    Moved receive(std::span<char> into) override;
    Moved send(std::string_view first, std::string_view second, More more) override;
    Moved send_file(const Descriptor& file, Bytes at, std::size_t count) override;
    bool on_writable() override;
    void finish() override;
    int fd() const noexcept override { return socket_.fd(); }
    bool speaks_tls() const noexcept override { return true; }

private:
    struct Free {
        void operator()(ssl_st* connection) const;
    };
    Moved after_reading(int error);
    void put(std::string_view bytes);
    TlsSocket::Flushed flush(int flags);
    TlsSocket::Flushed flush_by_openssl();
    Moved what_left(std::size_t asked, int flags);
    Moved send_file_by_kernel(const Descriptor& file, Bytes at, std::size_t count);

    TlsSocket socket_;
    std::unique_ptr<ssl_st, Free> connection_;
    const Records records_;
    // What OpenSSL has yet to put on the socket. It may have taken part of a record already, then wants the
    // same bytes again in the same place, and no fewer.
    std::string outgoing_;
    std::size_t outgoing_at_ = 0;
    std::size_t owed_ = 0;  // bytes that were put in and not reported as sent
    bool reading_waits_for_writing_ = false;
    bool failed_ = false;
    bool finished_ = false;
};

}  // namespace mirrorseed::httpd
