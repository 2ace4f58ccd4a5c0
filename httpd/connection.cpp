#include "httpd/connection.hpp"

#include "httpd/page_probe.hpp"
#include "httpd/proxied.hpp"
#include "httpd/world.hpp"

#include "core/text.hpp"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr Bytes longest_drained_body = 64 << 10;
constexpr Bytes longest_lingering = 64 << 10;
constexpr seconds lingering(2);
constexpr seconds send_window(60);
constexpr std::chrono::milliseconds between_admissions(50);
// What one connection may send before the others have their turn.
constexpr Bytes most_per_turn = 2 << 20;
// Answers to pipelined requests are gathered up to here.
constexpr std::size_t most_gathered = 64 << 10;
constexpr std::size_t largest_spare_text = 128 << 10;

std::string random_boundary() {
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    return to_hex(bytes);
}

bool asks_for_several(const Request& request) {
    return request.range && request.range->find(',') != std::string_view::npos;
}

Bytes at_most(Bytes sent, Bytes from) {
    return sent > from ? sent - from : 0;
}

}  // namespace

Connection::Connection(std::unique_ptr<Wire> wire, PeerAddress peer, World& world)
    : world_(world),
      wire_(std::move(wire)),
      peer_(peer),
      client_(world.clients.find(peer)),
      is_proxy_(world.manners.trusted_proxies.contain(peer)),
      proxy_header_comes_(is_proxy_ && world.manners.proxy_protocol) {
    world_.connections.insert(this);
    admit();
    if (!admitted_) Counters::add(world_.counters.kept_waiting, 1);
}

Connection::~Connection() {
    world_.connections.erase(this);
    if (counted_) client_->leave();
}

// A client over its limit is served late rather than refused: nothing is read until another of its
// connections has ended.
void Connection::admit() {
    const auto& manners = world_.manners;
    const bool limited = !is_proxy_ && (manners.limits_local_clients || !peer_.is_local());
    counted_ = admitted_ = client_->enter(limited ? manners.max_per_client : 0);
    if (admitted_)
        wait(Waits::for_head, manners.head_timeout);
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
    if (!helped_ && admitted_ && waits_ != Waits::for_credit) go_on();
}

void Connection::go_on() {
    world_.turn_left = most_per_turn;
    input_ = kept_;
    outbox_.give_buffer(std::exchange(world_.spare_text, {}));
    auto next = Step::again;
    while (next == Step::again)
        next = step();

    // Between turns a connection keeps what it must and nothing else.
    keep_input();
    input_ = {};
    if (outbox_.is_empty()) {
        auto text = outbox_.take_buffer();
        if (text.capacity() <= largest_spare_text) world_.spare_text = std::move(text);
    }
    if (next == Step::other_turn) ask_for_turn();
    if (next == Step::end) end();
}

// Out of the loop's buffer, which others fill, and the next receive().
void Connection::keep_input() {
    if (input_.data() != kept_.data() || input_.size() != kept_.size()) kept_ = std::string(input_);
    input_ = kept_;
}

Connection::Step Connection::step() {
    if (helped_) return Step::wait;
    if (phase_ == Phase::lingering) return linger();
    if (proxy_header_comes_) return read_proxy_header();
    if (outbox_.has_stretch() || outbox_.waiting_text() >= most_gathered) return deliver();
    if (body_left_ > 0) return drop_body();
    if (answering_) return exchanges_.back().answered ? produce() : find();
    if (closes_) return outbox_.is_empty() ? say_goodbye() : deliver();
    return begin_next();
}

void Connection::ask_for_turn() {
    if (!std::exchange(turn_asked_, true)) world_.loop.soon(*this);
}

// `work` runs on a helper, `then` afterwards on the loop with what it returned.
template <class Work, class Then>
void Connection::ask_helper(Work work, Then then) {
    helped_ = true;
    waits_ = Waits::nothing;
    auto task = [this, work = std::move(work), then = std::move(then)]() mutable {
        world_.loop.post([this, result = work(), then = std::move(then)]() mutable {
            helped_ = false;
            if (phase_ == Phase::ended) return dispose_if_unused();
            then(std::move(result));
            go_on();
        });
    };
    world_.helpers.post(std::move(task));
}

// ---- requests

Connection::Step Connection::begin_next() {
    const auto progress = look_for_head(input_);
    if (progress.status != 0) return refuse(progress.status, {});
    if (progress.length > 0) {
        const auto head = input_.substr(progress.skip, progress.length);
        const auto next = begin(head);
        input_.remove_prefix(progress.skip + progress.length);
        return next;
    }
    if (!outbox_.is_empty()) return deliver();
    if (world_.draining && input_.empty() && !readable_) return Step::end;
    return read_more();
}

// Peeked at, since what comes behind it is for TLS, or is a request.
Connection::Step Connection::read_proxy_header() {
    std::array<char, longest_proxy_header> buffer;
    const auto count = ::recv(wire_->fd(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        wait(Waits::for_head, world_.manners.head_timeout);
        return Step::wait;
    }
    if (count <= 0) return Step::end;
    const auto header = parse_proxy_header({buffer.data(), static_cast<std::size_t>(count)});
    if (header.state == ProxyHeader::State::bad ||
        (header.state == ProxyHeader::State::incomplete && peer_ended_))
        return Step::end;
    if (header.state == ProxyHeader::State::incomplete) {
        wait(Waits::for_head, world_.manners.head_timeout);
        return Step::wait;
    }
    if (::recv(wire_->fd(), buffer.data(), header.size, MSG_DONTWAIT) != static_cast<ssize_t>(header.size))
        return Step::end;
    proxy_header_comes_ = false;
    readable_ = true;
    if (!header.client) return Step::again;
    // From here on this is a connection of that client's.
    peer_ = *header.client;
    is_proxy_ = world_.manners.trusted_proxies.contain(peer_);
    client_->leave();
    client_ = world_.clients.find(peer_);
    admit();
    return admitted_ ? Step::again : Step::wait;
}

Exchange& Connection::add_exchange() {
    auto& spare = world_.spare_exchanges;
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
        answer(respond_with_refusal(exchange.request, 400, {}, {.cors = world_.manners.site.cors}));
        return Step::again;
    }
    exchange.request = std::move(*request);
    exchange.closes = !exchange.request.keep_alive;
    if (is_proxy_ && exchange.request.forwarded_for) {
        if (const auto client =
                forwarded_for(*exchange.request.forwarded_for, world_.manners.trusted_proxies)) {
            exchange.from = *client;
            exchange.client = world_.clients.find(*client);
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
    const auto method = exchange.request.method;
    if (method == Method::get || method == Method::head) {
        const unsigned status = verdict.body == HeadVerdict::Body::chunked ? 411 : 413;
        answer(respond_with_refusal(exchange.request, status, {}, {.cors = world_.manners.site.cors}));
    }
    return Step::again;
}

Connection::Step Connection::refuse(unsigned status, std::string_view reason) {
    auto& exchange = add_exchange();
    exchange.closes = true;
    answer(respond_with_refusal(exchange.request, status, reason, {.cors = world_.manners.site.cors}));
    return Step::again;
}

Connection::Step Connection::drop_body() {
    const auto here = std::min<Bytes>(input_.size(), body_left_);
    input_.remove_prefix(here);
    body_left_ -= here;
    if (body_left_ == 0) return Step::again;
    return outbox_.is_empty() ? read_more() : deliver();
}

Connection::Step Connection::read_more() {
    if (!readable_) {
        if (input_.empty() && !answering_)
            wait(Waits::idle, first_ ? world_.manners.head_timeout : world_.manners.idle_timeout);
        else
            wait(Waits::for_head, world_.manners.head_timeout);
        return Step::wait;
    }
    keep_input();
    const auto moved = wire_->receive(world_.scratch);
    if (moved.state == Moved::State::ended) return Step::end;
    if (moved.emptied && !peer_ended_) readable_ = false;
    if (moved.state == Moved::State::blocked) return moved.emptied ? Step::again : Step::other_turn;
    const std::string_view received(world_.scratch.data(), moved.bytes);
    if (input_.empty()) {
        input_ = received;
        return Step::again;
    }
    kept_ += received;
    input_ = kept_;
    return Step::again;
}

// ---- answers

Connection::Step Connection::find() {
    auto& exchange = exchanges_.back();
    const auto& request = exchange.request;
    if (auto other = respond_to_method(request, {.cors = world_.manners.site.cors})) {
        answer(std::move(*other));
        return Step::again;
    }
    exchange.resource = world_.cache.find(request.target, request.accept, world_.loop.round());
    Counters::add(exchange.resource ? world_.counters.cache_hits : world_.counters.cache_misses, 1);
    if (exchange.resource) {
        answer();
        return Step::again;
    }
    // What was answered before is not kept back by a look-up.
    if (!outbox_.is_empty() && writable_) return deliver();
    Wanted wanted{.target = std::string(request.target), .bearer = std::string(request.bearer())};
    if (request.accept) wanted.accept = std::string(*request.accept);
    auto look = [wanted, peer = exchange.from, site = world_.manners.site, &shelf = world_.shelf,
                 &log = world_.log]() -> ResourcePtr {
        // A source that throws is a broken world for this request alone.
        try {
            return shelf.with([&](Source& source) {
                const Peer asker{.address = peer.text(), .local = peer.is_local()};
                return std::make_shared<const Resource>(find_resource(wanted, asker, source, site));
            });
        } catch (const std::exception& error) {
            log.error("cannot answer {}: {}", outside(wanted.target), outside(error.what()));
            return std::make_shared<const Resource>(Resource{.status = 500});
        }
    };
    auto use = [this, wanted](ResourcePtr found) {
        world_.cache.keep(wanted, found);
        exchanges_.back().resource = std::move(found);
        answer();
    };
    ask_helper(std::move(look), std::move(use));
    return Step::wait;
}

void Connection::answer() {
    auto& exchange = exchanges_.back();
    // Whoever spells no target may mean another message than was read.
    if (exchange.resource->kind == Resource::Kind::refused && exchange.resource->status == 400)
        exchange.closes = true;
    const auto boundary = asks_for_several(exchange.request) ? random_boundary() : std::string();
    answer(respond(exchange.request, *exchange.resource,
                   {.now = world_.clock(), .boundary = boundary, .cors = world_.manners.site.cors}));
}

void Connection::answer(Answer answer) {
    auto& exchange = exchanges_.back();
    exchange.answer = std::move(answer);
    exchange.answered = true;
    exchange.closes = exchange.closes || world_.draining;
    exchange.begins = outbox_.put_in();
    auto& text = outbox_.text();
    append_head(text, exchange.answer, exchange.closes ? AfterAnswer::close : AfterAnswer::keep_alive,
                world_.date());
    exchange.body_begins = outbox_.put_in();
    text += exchange.answer.text;
    in_memory_until_ = 0;
}

// The next stretch of the answer into the outbox, or its end.
Connection::Step Connection::produce() {
    auto& exchange = exchanges_.back();
    const auto& answer = exchange.answer;
    const bool several = !answer.boundary.empty();
    if (exchange.next_span < answer.spans.size()) {
        const auto& span = answer.spans[exchange.next_span++];
        if (several) append_part_head(outbox_.text(), exchange.resource->content, answer, span);
        outbox_.add_stretch(exchange.resource, span);
        return Step::again;
    }
    if (several && !answer.spans.empty()) append_last_boundary(outbox_.text(), answer);
    exchange.ends = outbox_.put_in();
    exchange.produced = true;
    answering_ = false;
    closes_ = exchange.closes;
    return Step::again;
}

Connection::Step Connection::deliver() {
    if (!writable_) {
        if (waits_ != Waits::for_reader) {
            taken_ = taken_by_reader();
            wait(Waits::for_reader, send_window);
        }
        return Step::wait;
    }
    const auto in_file = outbox_.next_in_file();
    if (in_file.end > in_memory_until_) {
        if (!is_in_memory(outbox_.file(), in_file)) return fetch_from_disk(in_file);
        in_memory_until_ = in_file.end;
    }
    const auto allowed = allowance();
    if (allowed == 0 && outbox_.has_stretch()) {
        wait(Waits::for_credit, until_credit());
        return Step::wait;
    }
    const auto moved =
        outbox_.send(*wire_, outbox_.has_stretch() ? std::min(world_.turn_left, allowed) : world_.turn_left);
    Counters::add(world_.counters.bytes_sent, moved.bytes);
    spend(moved.bytes);
    switch (moved.state) {
        case Moved::State::some:
            break;
        case Moved::State::blocked:
            writable_ = false;
            return Step::again;
        case Moved::State::content_short:
            world_.log.error("{} broke off: it became shorter while it was sent, or cannot be read",
                             outside(exchanges_.back().request.target));
            return Step::end;
        case Moved::State::ended:
            return Step::end;
    }
    settle_finished();
    world_.turn_left -= std::min<Bytes>(world_.turn_left, moved.bytes);
    return world_.turn_left > 0 ? Step::again : Step::other_turn;
}

Bytes Connection::allowance() const {
    const auto& manners = world_.manners;
    auto allowed = std::numeric_limits<Bytes>::max();
    if (!manners.rate_limit_per_client.unlimited())
        allowed = exchanges_.back().client->pace.credit(manners.rate_limit_per_client, world_.loop.now());
    if (!manners.rate_limit.unlimited())
        allowed = std::min(allowed, world_.everybody.credit(manners.rate_limit, world_.loop.now()));
    return allowed;
}

std::chrono::milliseconds Connection::until_credit() const {
    const auto& manners = world_.manners;
    std::chrono::milliseconds until(0);
    if (!manners.rate_limit_per_client.unlimited())
        until = exchanges_.back().client->pace.wait(manners.rate_limit_per_client, world_.loop.now());
    if (!manners.rate_limit.unlimited())
        until = std::max(until, world_.everybody.wait(manners.rate_limit, world_.loop.now()));
    return until;
}

void Connection::spend(Bytes bytes) {
    const auto& manners = world_.manners;
    if (!manners.rate_limit_per_client.unlimited())
        exchanges_.back().client->pace.spend(manners.rate_limit_per_client, bytes, world_.loop.now());
    if (!manners.rate_limit.unlimited()) world_.everybody.spend(manners.rate_limit, bytes, world_.loop.now());
}

Connection::Step Connection::fetch_from_disk(const Span& span) {
    // The exchange keeps the file open for as long as the helper reads it.
    auto fetch = [resource = exchanges_.back().resource, span] {
        bring_into_memory(resource->file, span);
        return span.end;
    };
    // What was fetched may have been pushed out again; then sendfile waits, rather than this for ever.
    auto use = [this](Bytes end) { in_memory_until_ = end; };
    ask_helper(std::move(fetch), use);
    return Step::wait;
}

void Connection::settle_finished() {
    while (!exchanges_.empty() && exchanges_.front().produced && exchanges_.front().ends <= outbox_.sent()) {
        settle(exchanges_.front(), true);
        world_.put_aside(exchanges_);
    }
}

void Connection::settle(const Exchange& exchange, bool completed) {
    Counters::add(world_.counters.answers[std::min<std::size_t>(exchange.answer.status / 100, 5)], 1);
    if (!completed) Counters::add(world_.counters.broken_off, 1);
    if (world_.access_log == nullptr) return;
    const auto& request = exchange.request;
    const auto sent = exchange.produced ? std::min(outbox_.sent(), exchange.ends) : outbox_.sent();
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - exchange.began);
    append_access(world_.log_lines,
                  {.time = world_.clock(),
                   .remote = exchange.from.text(),
                   .method = request.method_text,
                   .target = request.target,
                   .version = request.version,
                   .referer = request.referer.value_or(""),
                   .user_agent = request.user_agent.value_or(""),
                   .range = request.range.value_or(""),
                   .status = exchange.answer.status,
                   .body_bytes = at_most(sent, exchange.body_begins),
                   .completed = completed,
                   .took = took},
                  world_.access_log->format());
}

// ---- the end

// A socket that is closed with bytes unread resets the connection and takes the answer with it (RFC 9112
// section 9.6), so what the peer still sends is read for a while.
Connection::Step Connection::say_goodbye() {
    wire_->finish();
    phase_ = Phase::lingering;
    input_ = {};
    wait(Waits::lingering, lingering);
    return Step::again;
}

Connection::Step Connection::linger() {
    if (!readable_) return Step::wait;
    const auto moved = wire_->receive(world_.scratch);
    lingered_ += moved.bytes;
    if (moved.state == Moved::State::ended || lingered_ > longest_lingering) return Step::end;
    if (moved.emptied && !peer_ended_) readable_ = false;
    return moved.state == Moved::State::blocked && !moved.emptied ? Step::other_turn : Step::again;
}

bool Connection::is_idle() const {
    return phase_ == Phase::requests && !helped_ && exchanges_.empty() && outbox_.is_empty() && kept_.empty();
}

bool Connection::can_make_room() const {
    return is_idle() && !first_ && !readable_;
}

// A request that has come already is answered still.
void Connection::drain() {
    if (!admitted_) return end();
    if (!is_idle()) return;
    readable_ = true;
    go_on();
}

void Connection::end() {
    if (phase_ == Phase::ended) return;
    phase_ = Phase::ended;
    for (const auto& exchange : exchanges_)
        if (exchange.answered) settle(exchange, false);
    cancel();
    wire_.reset();
    world_.connections.erase(this);
    if (std::exchange(counted_, false)) client_->leave();
    dispose_if_unused();
}

void Connection::dispose_if_unused() {
    if (helped_ || turn_asked_) return;
    world_.loop.dispose(std::unique_ptr<EventLoop::Watcher>(this));
}

// ---- time

void Connection::wait(Waits waits, std::chrono::milliseconds at_most) {
    // A head has one deadline, however many bytes it comes in; so has what precedes the first one, such as a
    // handshake.
    if (waits == waits_ && (waits == Waits::for_head || (waits == Waits::idle && first_))) return;
    waits_ = waits;
    deadline_ = world_.loop.now() + at_most;
    if (is_set() && armed_ <= deadline_) return;
    armed_ = deadline_;
    world_.loop.timers().set(*this, deadline_);
}

void Connection::on_time() {
    if (phase_ == Phase::ended) return;
    const auto now = world_.loop.now();
    const auto goes_on = [&] {
        armed_ = deadline_;
        world_.loop.timers().set(*this, deadline_);
    };
    if (waits_ == Waits::nothing) {
        deadline_ = now + send_window;
        return goes_on();
    }
    if (now < deadline_) return goes_on();
    if (waits_ == Waits::for_admission) {
        admit();
        if (admitted_) go_on();
        return;
    }
    if (waits_ == Waits::for_credit) {
        waits_ = Waits::nothing;
        return go_on();
    }
    if (waits_ == Waits::for_reader) {
        const auto taken = taken_by_reader();
        const auto least =
            world_.manners.min_send_rate.bytes_per_second * static_cast<Bytes>(send_window.count());
        if (taken - taken_ >= std::max<Bytes>(least, 1)) {
            taken_ = taken;
            deadline_ = now + send_window;
            return goes_on();
        }
    }
    end();
}

// What has left the kernel's buffer too: the reader is judged by what it takes.
Bytes Connection::taken_by_reader() const {
    int unsent = 0;
    if (::ioctl(wire_->fd(), SIOCOUTQ, &unsent) != 0 || unsent < 0) unsent = 0;
    return at_most(outbox_.sent(), static_cast<Bytes>(unsent));
}

}  // namespace mirrorseed::httpd
