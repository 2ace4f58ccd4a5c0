#include "httpd/connection.hpp"

#include "httpd/loop_state.hpp"
#include "httpd/proxied.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr Bytes longest_drained_body = 64 << 10;
constexpr Bytes longest_lingering = 64 << 10;
constexpr seconds lingering(2);
constexpr std::chrono::milliseconds between_admissions(50);
// What one connection may send before the others have their turn, or a portion if that is more.
constexpr Bytes most_per_turn = 256 << 10;
// Answers to pipelined requests are gathered up to here.
constexpr std::size_t most_gathered = 64 << 10;
constexpr std::size_t largest_spare_text = 128 << 10;
// Exchanges whose answers wait for the reader.
constexpr std::size_t most_waiting = 64;

}  // namespace

Connection::Connection(std::unique_ptr<Wire> wire, PeerAddress peer, LoopState& state)
    : state_(state),
      wire_(std::move(wire)),
      peer_(peer),
      client_(state.clients.find_to_let_in(peer)),
      is_proxy_(state.behaviour().trusted_proxies.contain(peer)),
      began_as_proxy_(is_proxy_),
      proxy_header_comes_(is_proxy_ && state.behaviour().proxy_protocol) {
    state_.connections.insert(this);
    state_.descriptors.add_connection();
    admit();
    if (!admitted_) {
        Counters::add(state_.counters.kept_waiting, 1);
        return;
    }
    // Its first turn tells whether it does; many may come before they have theirs.
    wants_file_ = true;
    state_.descriptors.add_want();
}

// What a helper still does for a connection that has ended counts as its client's, who might else ask and
// hang up without end.
Connection::~Connection() {
    close();
    if (wants_file_) state_.descriptors.drop_want();
    if (counted_) client_->leave();
}

void Connection::close() {
    if (state_.connections.erase(this) == 0) return;
    wire_.reset();
    state_.descriptors.drop_connection();
}

// A client over its limit is served late rather than refused: nothing is read until another of its
// connections has ended.
void Connection::admit() {
    const auto& behaviour = state_.behaviour();
    const auto most = behaviour.max_connections_per_client;
    // Unless somebody chose the number: a proxy or a test on this machine stands for many clients.
    const bool spared = most == 0 || is_proxy_ || (most == Behaviour::usual_per_client && peer_.is_local());
    counted_ = !spared && client_->enter(most);
    admitted_ = spared || counted_;
    if (admitted_)
        wait(Waits::for_head, behaviour.head_timeout);
    else
        wait(Waits::for_admission, between_admissions);
}

// ---- turns

void Connection::on_ready(std::uint32_t events) {
    if (events == 0) turn_asked_ = false;
    if (phase_ == Phase::ended) {
        if (events == 0) dispose_if_unused();
        return;
    }
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable_ = true;
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        writable_ = true;
        if (wire_->on_writable()) readable_ = true;
    }
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) peer_ended_ = true;
    // What waits for its turn would hold its file, and its client's place, for somebody who takes nothing
    // more.
    if ((events & (EPOLLHUP | EPOLLERR)) != 0 && is_asleep()) return end();
    if (!helped_ && admitted_ && waits_ != Waits::for_credit && waits_ != Waits::for_more) take_turn();
}

void Connection::take_turn() {
    state_.left_of_turn = std::max(most_per_turn, state_.portions.portion());
    input_ = kept_;
    outbox_.give_buffer(std::exchange(state_.spare_buffer, {}));
    auto next = Step::again;
    while (next == Step::again)
        next = step();

    // Between turns a connection keeps what it must and nothing else.
    keep_input();
    input_ = {};
    if (outbox_.is_empty()) {
        auto text = outbox_.take_buffer();
        if (text.capacity() <= largest_spare_text) state_.spare_buffer = std::move(text);
    }
    if (next == Step::other_turn) ask_for_turn();
    if (next == Step::end) end();
    note_want();
}

bool Connection::wants_file() const {
    if (!answering_) return false;
    const auto& exchange = exchanges_.back();
    return !exchange.answered || (exchange.resource && exchange.resource->file);
}

// At the end of a turn, so that those who are answered at once are never counted. What a helper still does
// for a connection that has ended counts on.
void Connection::note_want() {
    if (phase_ == Phase::ended || wants_file() == wants_file_) return;
    wants_file_ = !wants_file_;
    if (wants_file_)
        state_.descriptors.add_want();
    else
        state_.descriptors.drop_want();
}

// Out of the loop's buffer, which others fill, and the next receive(). Assigning would leave a string that
// becomes short the memory that it has.
void Connection::keep_input() {
    if (input_.data() != kept_.data() || input_.size() != kept_.size()) std::string(input_).swap(kept_);
    input_ = kept_;
}

Connection::Step Connection::step() {
    if (helped_) return Step::wait;
    if (phase_ == Phase::lingering) return linger();
    if (proxy_header_comes_) return read_proxy_header();
    if (outbox_.has_stretch() || outbox_.waiting_text() >= most_gathered) return send_outbox();
    if (body_left_ > 0) return drop_body();
    if (answering_) return exchanges_.back().answered ? fill_outbox() : find();
    if (closes_) return outbox_.is_empty() ? say_goodbye() : send_outbox();
    return begin_next();
}

void Connection::ask_for_turn() {
    if (!std::exchange(turn_asked_, true)) state_.loop.soon(*this);
}

// ---- requests

Connection::Step Connection::begin_next() {
    if (!outbox_.is_empty() && exchanges_.size() >= most_waiting) return send_outbox();
    const auto progress = look_for_head(input_);
    if (progress.status != 0) return refuse(progress.status, {});
    if (progress.length > 0) {
        const auto head = input_.substr(progress.skip, progress.length);
        const auto next = begin(head);
        input_.remove_prefix(progress.skip + progress.length);
        return next;
    }
    if (!outbox_.is_empty()) return send_outbox();
    if (state_.draining && input_.empty() && !readable_) return Step::end;
    return read_more();
}

// Peeked at, since what comes behind it is for TLS, or is a request.
Connection::Step Connection::read_proxy_header() {
    std::array<char, longest_proxy_header> buffer;
    const auto count = ::recv(wire_->fd(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        if (state_.draining) return Step::end;
        wait(Waits::for_head, state_.behaviour().head_timeout);
        return Step::wait;
    }
    if (count <= 0) return Step::end;
    const auto header = parse_proxy_header({buffer.data(), static_cast<std::size_t>(count)});
    if (header.state == ProxyHeader::State::bad ||
        (header.state == ProxyHeader::State::incomplete && peer_ended_))
        return Step::end;
    if (header.state == ProxyHeader::State::incomplete) {
        wait(Waits::for_head, state_.behaviour().head_timeout);
        return Step::wait;
    }
    if (::recv(wire_->fd(), buffer.data(), header.size, MSG_DONTWAIT) != static_cast<ssize_t>(header.size))
        return Step::end;
    proxy_header_comes_ = false;
    readable_ = true;
    if (!header.client) return Step::again;
    // From here on this is a connection of that client's.
    peer_ = *header.client;
    is_proxy_ = state_.behaviour().trusted_proxies.contain(peer_);
    if (std::exchange(counted_, false)) client_->leave();
    client_ = state_.clients.find_to_let_in(peer_);
    admit();
    return admitted_ ? Step::again : Step::wait;
}

Exchange& Connection::add_exchange() {
    auto& spare = state_.spare_exchanges;
    if (spare.empty()) spare.emplace_back();
    exchanges_.splice(exchanges_.end(), spare, spare.begin());
    auto& exchange = exchanges_.back();
    exchange.began = steady_clock::now();
    exchange.from = peer_;
    exchange.client = client_;
    answering_ = true;
    first_ = false;
    waits_ = Waits::nothing;
    return exchange;
}

Connection::Step Connection::begin(std::string_view head) {
    const auto verdict = check_request_head(head);
    if (verdict.status != 0) return refuse(verdict.status, verdict.reason);
    auto& exchange = add_exchange();
    exchange.head = head;
    auto request = parse_request(exchange.head);
    if (!request) {
        exchange.closes = true;
        answer(respond_with_refusal(exchange.request, 400, {}, around(exchange.request)));
        return Step::again;
    }
    exchange.request = std::move(*request);
    exchange.closes = !exchange.request.keep_alive;
    if (is_proxy_ && exchange.request.forwarded_for) {
        if (const auto client =
                forwarded_for(*exchange.request.forwarded_for, state_.behaviour().trusted_proxies)) {
            exchange.from = *client;
            exchange.client = state_.clients.find(*client);
        }
    }
    if (verdict.body == HeadVerdict::Body::none) return Step::again;

    // Nothing here wants a body. A short one is taken off the wire; a long or chunked one ends the
    // connection, so that none of it can be taken for a request.
    const bool fits = verdict.body == HeadVerdict::Body::sized && verdict.body_size <= longest_drained_body;
    if (fits && !exchange.request.expects_continue) {
        body_left_ = verdict.body_size;
        return Step::again;
    }
    exchange.closes = true;
    if (is_reading(exchange.request.method)) {
        const unsigned status = verdict.body == HeadVerdict::Body::chunked ? 411 : 413;
        answer(respond_with_refusal(exchange.request, status, {}, around(exchange.request)));
    }
    return Step::again;
}

Connection::Step Connection::refuse(unsigned status, std::string_view reason) {
    auto& exchange = add_exchange();
    exchange.closes = true;
    answer(respond_with_refusal(exchange.request, status, reason, around(exchange.request)));
    return Step::again;
}

Connection::Step Connection::drop_body() {
    const auto here = std::min<Bytes>(input_.size(), body_left_);
    input_.remove_prefix(here);
    body_left_ -= here;
    if (body_left_ == 0) return Step::again;
    return outbox_.is_empty() ? read_more() : send_outbox();
}

Connection::Step Connection::read_more() {
    if (!readable_) {
        if (input_.empty() && !answering_)
            wait(Waits::idle, first_ ? state_.behaviour().head_timeout : state_.behaviour().idle_timeout);
        else
            wait(Waits::for_head, state_.behaviour().head_timeout);
        return Step::wait;
    }
    keep_input();
    const auto moved = wire_->receive(state_.receive_buffer);
    if (moved.state == Moved::State::ended) return Step::end;
    note_emptied(moved);
    if (moved.state == Moved::State::blocked) return moved.emptied ? Step::again : Step::other_turn;
    const std::string_view received(state_.receive_buffer.data(), moved.bytes);
    if (input_.empty()) {
        input_ = received;
        return Step::again;
    }
    kept_ += received;
    input_ = kept_;
    return Step::again;
}

// The loop does not say again that the peer has ended, so after what came before that there is more to
// receive; but not for a wire that is blocked, which has to send before it can go on.
void Connection::note_emptied(const Moved& moved) {
    if (moved.emptied && (!peer_ended_ || moved.state == Moved::State::blocked)) readable_ = false;
}

// ---- the end

// A socket that is closed with bytes unread resets the connection and takes the answer with it (RFC 9112
// section 9.6), so what the peer still sends is read for a while.
Connection::Step Connection::say_goodbye() {
    wire_->finish();
    if (asks_no_more_ && input_.empty() && !readable_) return Step::end;
    phase_ = Phase::lingering;
    input_ = {};
    wait(Waits::lingering, lingering);
    return Step::again;
}

Connection::Step Connection::linger() {
    if (!readable_) return Step::wait;
    const auto moved = wire_->receive(state_.receive_buffer);
    lingered_ += moved.bytes;
    if (moved.state == Moved::State::ended || lingered_ > longest_lingering) return Step::end;
    note_emptied(moved);
    return moved.state == Moved::State::blocked && !moved.emptied ? Step::other_turn : Step::again;
}

bool Connection::is_idle() const {
    return phase_ == Phase::requests && !helped_ && exchanges_.empty() && outbox_.is_empty() && kept_.empty();
}

// Until the clock calls it.
bool Connection::is_asleep() const {
    return waits_ == Waits::for_credit || waits_ == Waits::for_room || waits_ == Waits::for_more;
}

bool Connection::can_make_room() const {
    return !admitted_ || (is_idle() && !first_ && !readable_);
}

// A request that has come already is answered still.
void Connection::drain() {
    if (!admitted_) return end();
    if (!is_idle()) return;
    readable_ = true;
    take_turn();
}

void Connection::end() {
    if (phase_ == Phase::ended) return;
    phase_ = Phase::ended;
    for (const auto& exchange : exchanges_)
        if (exchange.answered) count_and_log(exchange, false);
    cancel();
    exchanges_.clear();
    outbox_ = {};
    close();
    dispose_if_unused();
}

void Connection::dispose_if_unused() {
    if (helped_ || turn_asked_) return;
    state_.loop.dispose(std::unique_ptr<EventLoop::Watcher>(this));
}

// ---- time

void Connection::wait(Waits waits, std::chrono::milliseconds at_most) {
    // A head has one deadline, however many bytes it comes in; so has what precedes the first one, such as a
    // handshake.
    if (waits == waits_ && (waits == Waits::for_head || (waits == Waits::idle && first_))) return;
    waits_ = waits;
    deadline_ = state_.loop.now() + at_most;
    if (is_set() && armed_ <= deadline_) return;
    armed_ = deadline_;
    state_.loop.timers().set(*this, deadline_);
}

void Connection::on_time() {
    if (phase_ == Phase::ended) return;
    const auto now = state_.loop.now();
    const auto goes_on = [&] {
        armed_ = deadline_;
        state_.loop.timers().set(*this, deadline_);
    };
    if (waits_ == Waits::nothing) {
        deadline_ = now + send_window;
        return goes_on();
    }
    if (now < deadline_) return goes_on();
    if (waits_ == Waits::for_admission) {
        admit();
        if (admitted_) take_turn();
        return;
    }
    if (is_asleep()) {
        waits_ = Waits::nothing;
        return take_turn();
    }
    if (waits_ == Waits::for_reader) {
        const auto taken = taken_by_reader();
        const auto least =
            state_.behaviour().min_send_rate.bytes_per_second * static_cast<Bytes>(send_window.count());
        if (taken - taken_ >= std::max<Bytes>(least, 1)) {
            taken_ = taken;
            deadline_ = now + send_window;
            return goes_on();
        }
    }
    end();
}

}  // namespace mirrorseed::httpd
