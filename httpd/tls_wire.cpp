#include "httpd/tls_wire.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using State = Moved::State;
using Flushed = TlsSocket::Flushed;

constexpr std::size_t longest_record = 16 << 10;
// Three records in one call to the kernel. A file of 1 MiB over loopback took the processor 604 us with one,
// 561 with two, 526 with three and 639 with four.
constexpr std::size_t most_gathered = 3 * longest_record;
constexpr std::size_t most_read = 256 << 10;

// What nginx says too, so that people know it.
constexpr std::string_view answer_to_plain_http =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 44\r\nConnection: close\r\n\r\n"
    "A plain HTTP request was sent to HTTPS port\n";

// As long as a record, so that it is still in the processor's cache when it is encrypted.
std::span<char> file_buffer() {
    thread_local std::array<char, longest_record> buffer;
    return buffer;
}

// An unconnected socket is refused for being unconnected by a kernel that knows "tls", as unknown by others.
bool ask_kernel() {
    const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    constexpr std::string_view name = "tls";
    return ::setsockopt(probe.get(), IPPROTO_TCP, TCP_ULP, name.data(), name.size()) != 0 &&
           errno == ENOTCONN;
}

ssize_t read_file_at(const Descriptor& file, std::span<char> into, Bytes at) {
    ssize_t count = 0;
    do
        count = ::pread(file.get(), into.data(), into.size(), static_cast<off_t>(at));
    while (count < 0 && errno == EINTR);
    return count;
}

}  // namespace

bool kernel_encrypts() {
    static const bool can = ask_kernel();
    return can;
}

void TlsWire::Free::operator()(ssl_st* connection) const {
    SSL_free(connection);
}

TlsWire::TlsWire(Descriptor socket, const TlsContext& context, Records records)
    : socket_(std::move(socket)), connection_(SSL_new(context.get())), records_(records) {
    if (!connection_) throw std::bad_alloc();
    if (records == Records::by_openssl) {
        if (SSL_set_fd(connection_.get(), socket_.fd()) != 1) throw std::bad_alloc();
    } else {
        auto* bio = socket_.new_bio();
        SSL_set_bio(connection_.get(), bio, bio);
    }
    SSL_set_accept_state(connection_.get());
}

TlsWire::~TlsWire() = default;

// ---- in

Moved TlsWire::receive(std::span<char> into) {
    if (failed_) return {State::ended, 0};
    ERR_clear_error();
    socket_.allow_reading(most_read);
    std::size_t count = 0;
    const int done = SSL_read_ex(connection_.get(), into.data(), into.size(), &count);
    const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(connection_.get(), done);
    auto moved = after_reading(error);
    moved.bytes = count;
    return moved;
}

// What OpenSSL had to say meanwhile, its share of the handshake say, leaves as well.
Moved TlsWire::after_reading(int error) {
    if (error == SSL_ERROR_SSL && ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST)
        (void)::send(fd(), answer_to_plain_http.data(), answer_to_plain_http.size(), MSG_NOSIGNAL);
    const bool broken = socket_.flush(0) == Flushed::broken;
    switch (error) {
        case SSL_ERROR_NONE:
            return {State::some, 0, socket_.emptied() && SSL_has_pending(connection_.get()) == 0};
        case SSL_ERROR_WANT_READ:
            return {broken ? State::ended : State::blocked, 0, !socket_.held_back()};
        case SSL_ERROR_WANT_WRITE:
            reading_waits_for_writing_ = true;
            return {broken ? State::ended : State::blocked, 0, true};
        default:
            failed_ = error != SSL_ERROR_ZERO_RETURN;
            ERR_clear_error();
            return {State::ended, 0};
    }
}

bool TlsWire::on_writable() {
    if (socket_.flush(0) != Flushed::all) return false;
    if (finished_) ::shutdown(fd(), SHUT_WR);
    return std::exchange(reading_waits_for_writing_, false);
}

// ---- out

void TlsWire::put(std::string_view bytes) {
    owed_ += bytes.size();
    if (records_ == Records::by_openssl) {
        outgoing_ += bytes;
        return;
    }
    while (!bytes.empty() && !failed_) {
        ERR_clear_error();
        std::size_t count = 0;
        failed_ = SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &count) != 1;
        bytes.remove_prefix(count);
    }
}

Flushed TlsWire::flush(int flags) {
    const auto flushed = records_ == Records::by_openssl ? flush_by_openssl() : socket_.flush(flags);
    return failed_ ? Flushed::broken : flushed;
}

Flushed TlsWire::flush_by_openssl() {
    while (outgoing_at_ < outgoing_.size() && !failed_) {
        ERR_clear_error();
        std::size_t count = 0;
        const auto rest = std::string_view(outgoing_).substr(outgoing_at_);
        const int done = SSL_write_ex(connection_.get(), rest.data(), rest.size(), &count);
        outgoing_at_ += count;
        if (done == 1) continue;
        if (SSL_get_error(connection_.get(), done) == SSL_ERROR_WANT_WRITE) return Flushed::part;
        failed_ = true;
    }
    outgoing_ = {};
    outgoing_at_ = 0;
    return Flushed::all;
}

// Records are longer than what is in them: of what was put in, at most what waits has not left.
Moved TlsWire::what_left(std::size_t asked, int flags) {
    const auto flushed = flush(flags);
    if (flushed == Flushed::broken) return {State::ended, 0};
    const auto waiting = std::min(owed_, socket_.waiting() + outgoing_.size() - outgoing_at_);
    const auto left = std::min(owed_ - waiting, asked);
    owed_ -= left;
    return {left > 0 ? State::some : State::blocked, left};
}

// Asked again after `blocked`, it gets the same bytes, of which those that are owed have been put in.
Moved TlsWire::send(std::string_view first, std::string_view second, More more) {
    const auto asked = first.size() + second.size();
    if (owed_ == 0 && flush(0) == Flushed::all) {
        put(first.substr(0, most_gathered));
        put(second.substr(0, most_gathered - std::min(first.size(), most_gathered)));
    }
    return what_left(asked, more == More::follows ? MSG_MORE : 0);
}

Moved TlsWire::send_file(const Descriptor& file, Bytes at, std::size_t count) {
    if (owed_ == 0 && flush(0) == Flushed::all) {
        if (BIO_get_ktls_send(SSL_get_wbio(connection_.get()))) return send_file_by_kernel(file, at, count);
        const auto most = std::min(count, most_gathered);
        while (owed_ < most) {
            const auto buffer = file_buffer().first(std::min(most - owed_, longest_record));
            const auto got = read_file_at(file, buffer, at + owed_);
            if (got <= 0) break;
            put({buffer.data(), static_cast<std::size_t>(got)});
        }
        if (owed_ == 0) return {State::content_short, 0};
    }
    return what_left(count, 0);
}

// OpenSSL before 3.4 does not tell why it failed, errno does.
Moved TlsWire::send_file_by_kernel(const Descriptor& file, Bytes at, std::size_t count) {
    ERR_clear_error();
    errno = 0;
    const auto sent = SSL_sendfile(connection_.get(), file.get(), static_cast<off_t>(at), count, 0);
    const int error = errno;
    ERR_clear_error();
    if (sent > 0) return {State::some, static_cast<std::size_t>(sent)};
    if (sent == 0 || error == EIO || error == EINVAL || error == EOVERFLOW || error == ENOMEM)
        return {State::content_short, 0};
    const bool later = error == EAGAIN || error == EBUSY || error == EINTR;
    return {later ? State::blocked : State::ended, 0};
}

void TlsWire::finish() {
    finished_ = true;
    ERR_clear_error();
    if (!failed_) SSL_shutdown(connection_.get());
    ERR_clear_error();
    on_writable();
}

}  // namespace mirrorseed::httpd
