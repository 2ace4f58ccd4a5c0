#include "httpd/tls_socket.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// More than is ever gathered on purpose: answers to a peer that asks for new keys all the time and reads
// none.
constexpr std::size_t most_waiting = 256 << 10;
constexpr std::size_t largest_spare = 512 << 10;

std::string& spare_buffer() {
    thread_local std::string spare;
    return spare;
}

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

TlsSocket& socket_of(BIO* bio) {
    return *static_cast<TlsSocket*>(BIO_get_data(bio));
}

int read_bio(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    bool again = false;
    const auto count = socket_of(bio).read(into, static_cast<std::size_t>(size), again);
    if (again) BIO_set_retry_read(bio);
    return count;
}

int write_bio(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    bool again = false;
    const auto count = socket_of(bio).write(bytes, static_cast<std::size_t>(size), again);
    if (again) BIO_set_retry_write(bio);
    return count;
}

long control_bio(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;  // flush() does, later
    if (command == BIO_CTRL_EOF) return socket_of(bio).ended() ? 1 : 0;
    return 0;
}

BIO_METHOD* make_method() {
    auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gathering socket");
    if (method == nullptr || BIO_meth_set_read(method, read_bio) != 1 ||
        BIO_meth_set_write(method, write_bio) != 1 || BIO_meth_set_ctrl(method, control_bio) != 1)
        throw std::bad_alloc();
    return method;
}

}  // namespace

bio_st* TlsSocket::new_bio() {
    static BIO_METHOD* const method = make_method();
    auto* bio = BIO_new(method);
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

int TlsSocket::read(char* into, std::size_t size, bool& again) {
    if (may_read_ == 0) {
        held_back_ = again = true;
        return -1;
    }
    ssize_t count = 0;
    do
        count = ::recv(fd(), into, size, 0);
    while (count < 0 && errno == EINTR);
    emptied_ = count < static_cast<ssize_t>(size);
    ended_ = count == 0;
    again = count < 0 && would_block();
    if (count > 0) may_read_ -= std::min(may_read_, static_cast<std::size_t>(count));
    return static_cast<int>(count);
}

int TlsSocket::write(const char* bytes, std::size_t size, bool& again) {
    if (waiting_.size() >= most_waiting) {
        again = true;
        return -1;
    }
    if (waiting_.empty()) waiting_ = std::exchange(spare_buffer(), {});
    waiting_.append(bytes, size);
    return static_cast<int>(size);
}

TlsSocket::Flushed TlsSocket::flush(int flags) {
    std::size_t sent = 0;
    bool broken = false;
    while (sent < waiting_.size()) {
        const auto count = ::send(fd(), waiting_.data() + sent, waiting_.size() - sent, flags | MSG_NOSIGNAL);
        if (count >= 0)
            sent += static_cast<std::size_t>(count);
        else if (errno != EINTR) {
            broken = !would_block();
            break;
        }
    }
    if (sent == 0) return broken ? Flushed::broken : waiting_.empty() ? Flushed::all : Flushed::part;
    // Whoever has to wait keeps no more than what waits.
    std::string rest(waiting_, sent);
    waiting_.clear();
    if (waiting_.capacity() <= largest_spare) spare_buffer() = std::move(waiting_);
    waiting_ = std::move(rest);
    return broken ? Flushed::broken : waiting_.empty() ? Flushed::all : Flushed::part;
}

}  // namespace mirrorseed::httpd
