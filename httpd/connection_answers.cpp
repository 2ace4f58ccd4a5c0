// A connection's answers: found, put together piece by piece, sent as fast as reader and limits let them, and
// told to the log.

#include "httpd/connection.hpp"
#include "httpd/listing_page.hpp"
#include "httpd/loop_state.hpp"
#include "httpd/own_machine.hpp"
#include "httpd/own_paths.hpp"
#include "httpd/page_probe.hpp"

#include "core/text.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <limits>
#include <random>
#include <system_error>
#include <utility>

namespace mirrorseed::httpd {
namespace {

std::string random_boundary() {
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    return to_hex(bytes);
}

bool asks_for_several(const Request& request) {
    return request.range && request.range->find(',') != std::string_view::npos;
}

std::optional<FileFacts> look_again_at(const Resource& resource, SourceShelf& shelf) {
    const auto& digest = resource.content.facts().digest;
    if (!digest) return std::nullopt;
    try {
        return shelf.with([&](Source& source) { return source.look_again(*digest, *resource.file); });
    } catch (const std::exception&) {
        return std::nullopt;  // a catalogue that cannot be read vouches for nothing
    }
}

// For a descriptor: as long as a client would wait that is told to come again, and longer than any loop takes
// to let go of what it only keeps.
constexpr std::chrono::seconds patience(5);
constexpr std::chrono::milliseconds between_looks(50);

// For more of what still comes.
constexpr std::chrono::seconds while_draining(2);

// Whether a file is in memory is asked for so much at a time, and the disk for as much.
constexpr Bytes looked_ahead = 252 << 10;

Bytes at_most(Bytes sent, Bytes from) {
    return sent > from ? sent - from : 0;
}

}  // namespace

Connection::Step Connection::find() {
    auto& exchange = exchanges_.back();
    const auto& request = exchange.request;
    if (!is_reading(request.method)) {
        auto other = respond_to_method(request, around(request));
        if (!other) return look_up();
        answer(std::move(*other));
        return Step::again;
    }
    if (asks_tracker(exchange)) return ask_tracker();
    const auto listing = listing_asked_for(request.target);
    exchange.resource = state_.cache.find(listing ? std::string_view(*listing) : request.target,
                                          request.accept_fields(), state_.loop.round());
    // Another inode may be as good, which the source knows.
    if (!exchange.resource || !exchange.resource->is_as_found(state_.loop.now())) return look_up();
    Counters::add(state_.counters.cache_hits, 1);
    answer();
    return Step::again;
}

Connection::Step Connection::look_up() {
    const auto& exchange = exchanges_.back();
    const auto& request = exchange.request;
    // What was answered before is not kept back by a look-up.
    if (!outbox_.is_empty() && writable_) return send_outbox();
    Wanted wanted{.method = request.method,
                  .target = listing_asked_for(request.target).value_or(std::string(request.target)),
                  .likes = likes_of(request.accept_fields()),
                  .bearer = std::string(request.bearer()),
                  .is_plain = request.is_plain(),
                  .peer = asker(exchange)};
    if (!make_room_for_file() && what_it_waits_for(wanted) == WaitsFor::source) return wait_for_room();
    Counters::add(state_.counters.cache_misses, 1);
    helped_ = true;
    waits_ = Waits::nothing;
    state_.look_ups.ask(std::move(wanted), state_.site, *this);
    return Step::wait;
}

// Who is a trusted proxy may have changed since the connection began.
Peer Connection::asker(const Exchange& exchange) const {
    const bool by_proxy = began_as_proxy_ || state_.behaviour().trusted_proxies.contain(peer_);
    const Approach approach{.peer = peer_,
                            .by_trusted_proxy = by_proxy,
                            .by_own_user = !peer_.is_ip() && is_opened_by_own_user(wire_->fd())};
    return {.address = exchange.from.text(), .local = is_from_own_machine(approach, exchange.request)};
}

bool Connection::make_room_for_file() {
    const auto& descriptors = state_.descriptors;
    if (!wants_file_ && !descriptors.has_room_for_want()) state_.end_idle_connection();
    if (descriptors.has_room_for_file()) return true;
    exchanges_.back().resource.reset();  // one that is not as it was
    state_.cache.shed_files();
    return descriptors.has_room_for_file();
}

Connection::Step Connection::wait_for_room() {
    if (state_.loop.now() - exchanges_.back().began < patience) {
        wait(Waits::for_room, between_looks);
        return Step::wait;
    }
    const auto& request = exchanges_.back().request;
    answer(respond_with_refusal(request, 503, "too many files are open here just now", around(request)));
    return Step::again;
}

void Connection::on_found(ResourcePtr found) {
    helped_ = false;
    if (phase_ == Phase::ended) return dispose_if_unused();
    exchanges_.back().resource = std::move(found);
    answer();
    take_turn();
}

// Of answers that are about no resource.
Circumstances Connection::around(const Request& request) const {
    return {.cors = is_open_to_pages(request.target) ? state_.site->cors() : Cors::off};
}

// A proxy that says so may be anybody, and then nobody is harmed.
bool Connection::is_by_https(const Request& request) const {
    return wire_->speaks_tls() ||
           (request.forwarded_proto && lowered(*request.forwarded_proto).find("https") != std::string::npos);
}

void Connection::answer() {
    auto& exchange = exchanges_.back();
    // Whoever spells no target may mean another message than was read.
    if (exchange.resource->kind == Resource::Kind::refused && exchange.resource->status == 400)
        exchange.closes = true;
    const auto boundary = asks_for_several(exchange.request) ? random_boundary() : std::string();
    answer(respond(exchange.request, *exchange.resource,
                   {.now = state_.clock(),
                    .boundary = boundary,
                    .cors = state_.site->cors(),
                    .by_https = is_by_https(exchange.request)}));
}

void Connection::answer(Answer answer) {
    auto& exchange = exchanges_.back();
    exchange.answer = std::move(answer);
    exchange.answered = true;
    exchange.closes = exchange.closes || state_.draining;
    exchange.begins = outbox_.put_in();
    auto& text = outbox_.text();
    append_head(text, exchange.answer, exchange.closes ? AfterAnswer::close : AfterAnswer::keep_alive,
                state_.date());
    exchange.body_begins = outbox_.put_in();
    text += exchange.answer.text;
    in_memory_until_ = 0;
}

// The next stretch of the answer into the outbox, or its end.
Connection::Step Connection::fill_outbox() {
    auto& exchange = exchanges_.back();
    const auto& answer = exchange.answer;
    const bool several = !answer.boundary.empty();
    if (exchange.next_span < answer.spans.size()) {
        const auto& span = answer.spans[exchange.next_span++];
        if (several) append_part_head(outbox_.text(), exchange.resource->content, answer, span);
        outbox_.add_stretch(exchange.resource, span, several);
        in_memory_until_ = 0;  // spans are not always in ascending order
        return Step::again;
    }
    if (several && !answer.spans.empty()) append_last_boundary(outbox_.text(), answer);
    exchange.ends = outbox_.put_in();
    exchange.produced = true;
    exchange.resource.reset();  // what waits for the reader is text, for which no file stays open
    answering_ = false;
    closes_ = exchange.closes;
    retire_sent();  // where the last stretch has left already
    return Step::again;
}

Connection::Step Connection::send_outbox() {
    if (!writable_) {
        if (waits_ != Waits::for_reader) {
            taken_ = taken_by_reader();
            wait(Waits::for_reader, send_window);
        }
        return Step::wait;
    }
    const auto portion = state_.portions.portion();
    auto in_file = outbox_.next_in_file(portion);
    auto readable = std::numeric_limits<Bytes>::max();
    if (in_file.size() > 0 && exchanges_.back().resource->part) {
        const auto part = look_at_part();
        readable = part.may_be_read;
        const bool is_more_here = in_file.begin < readable;
        if (!is_more_here && outbox_.waiting_text() == 0) return wait_for_more(part);
        // What stands before it leaves by itself.
        in_file = is_more_here ? Span{in_file.begin, std::min(in_file.end, readable)} : Span();
    }
    if (in_file.end > in_memory_until_) {
        if (is_spoilt_) return Step::end;
        const auto& resource = *exchanges_.back().resource;
        if (!resource.is_as_found(state_.loop.now())) return look_again();
        auto ahead = outbox_.next_in_file(std::max(portion, looked_ahead));
        ahead.end = std::min(ahead.end, readable);
        if (!in_memory(ahead)) return fetch_from_disk(ahead);
        in_memory_until_ = ahead.end;
    }
    const auto allowed = allowance();
    if (allowed == 0 && (outbox_.has_stretch() || is_deep_in_debt())) {
        wait(Waits::for_credit, until_credit());
        return Step::wait;
    }
    auto most = outbox_.has_stretch() ? std::min(state_.left_of_turn, allowed) : state_.left_of_turn;
    if (in_file.size() > 0) most = std::min(most, in_file.size());
    // The end of the connection leaves together with the last words.
    const auto moved = outbox_.send(*wire_, most, closes_ ? More::follows : More::none);
    Counters::add(state_.counters.bytes_sent, moved.bytes);
    if (in_file.size() > 0) state_.portions.count(moved.bytes);
    spend(moved.bytes);
    switch (moved.state) {
        case Moved::State::some:
            break;
        case Moved::State::blocked:
            writable_ = false;
            return Step::again;
        case Moved::State::content_short:
            state_.troubles.tell(Trouble::broken_off,
                                 "stopped sending {}: the file became shorter meanwhile, or cannot be read",
                                 outside(exchanges_.back().request.target));
            return Step::end;
        case Moved::State::ended:
            return Step::end;
    }
    retire_sent();
    state_.left_of_turn -= std::min<Bytes>(state_.left_of_turn, moved.bytes);
    // A long body goes out in parts, between which others have their turns.
    const bool goes_on = in_file.size() > 0 && outbox_.has_stretch() && moved.bytes == in_file.size();
    return goes_on || state_.left_of_turn == 0 ? Step::other_turn : Step::again;
}

PartFile::View Connection::look_at_part() const {
    const auto& resource = *exchanges_.back().resource;
    return resource.part->look(resource.content.facts().size, state_.loop.now());
}

// Of what still comes. Where it does not come any more, an answer that is cut says so.
Connection::Step Connection::wait_for_more(const PartFile::View& part) {
    // Whoever would tell of more may have ended too.
    const auto longest = state_.draining ? while_draining : state_.site->longest_wait;
    if (part.state == PartState::comes && part.stands_still < longest && !peer_ended_) {
        wait(Waits::for_more, between_looks);
        return Step::wait;
    }
    if (peer_ended_) return Step::end;
    state_.troubles.tell(Trouble::broken_off, "stopped sending {}: what is brought of it did not come whole",
                         outside(exchanges_.back().request.target));
    return Step::end;
}

bool Connection::in_memory(const Span& span) const {
    const auto& resource = *exchanges_.back().resource;
    const auto now = state_.loop.now();
    const bool whole = span.size() == resource.content.facts().size;
    if (whole && resource.seen_in_memory.within_a_second(now)) return true;
    if (!is_in_memory(*resource.file, span)) return false;
    if (whole) resource.seen_in_memory.note(now);
    return true;
}

Bytes Connection::allowance() const {
    const auto& behaviour = state_.behaviour();
    auto allowed = std::numeric_limits<Bytes>::max();
    if (!behaviour.rate_limit_per_client.unlimited())
        allowed = exchanges_.back().client->pace.credit(behaviour.rate_limit_per_client, state_.loop.now());
    if (!behaviour.rate_limit.unlimited())
        allowed = std::min(allowed, state_.pace_of_all.credit(behaviour.rate_limit, state_.loop.now()));
    return allowed;
}

// Over all of its client's connections, or over everybody's: opening one more pays for nothing.
bool Connection::is_deep_in_debt() const {
    const auto& behaviour = state_.behaviour();
    const auto now = state_.loop.now();
    return (!behaviour.rate_limit_per_client.unlimited() &&
            exchanges_.back().client->pace.is_deep_in_debt(behaviour.rate_limit_per_client, now)) ||
           (!behaviour.rate_limit.unlimited() &&
            state_.pace_of_all.is_deep_in_debt(behaviour.rate_limit, now));
}

std::chrono::milliseconds Connection::until_credit() const {
    const auto& behaviour = state_.behaviour();
    std::chrono::milliseconds until(0);
    if (!behaviour.rate_limit_per_client.unlimited())
        until = exchanges_.back().client->pace.wait(behaviour.rate_limit_per_client, state_.loop.now());
    if (!behaviour.rate_limit.unlimited())
        until = std::max(until, state_.pace_of_all.wait(behaviour.rate_limit, state_.loop.now()));
    // Those who wait would come back in the order in which they went, and the first would take all each time.
    constexpr std::chrono::milliseconds longest_delay(64);
    std::uniform_int_distribution<std::int64_t> delay(0, std::min(until, longest_delay).count());
    return until + std::chrono::milliseconds(delay(state_.random));
}

void Connection::spend(Bytes bytes) {
    const auto& behaviour = state_.behaviour();
    if (!behaviour.rate_limit_per_client.unlimited())
        exchanges_.back().client->pace.spend(behaviour.rate_limit_per_client, bytes, state_.loop.now());
    if (!behaviour.rate_limit.unlimited())
        state_.pace_of_all.spend(behaviour.rate_limit, bytes, state_.loop.now());
}

Connection::Step Connection::fetch_from_disk(const Span& span) {
    helped_ = true;
    waits_ = Waits::nothing;
    // What was fetched may have been pushed out again; then sendfile waits, rather than this for ever.
    const auto use = [this, end = span.end] {
        helped_ = false;
        if (phase_ == Phase::ended) return dispose_if_unused();
        in_memory_until_ = end;
        take_turn();
    };
    state_.helpers.disk_readers.post([resource = exchanges_.back().resource, span, use, &loop = state_.loop] {
        bring_into_memory(*resource->file, span);
        loop.post(use);
    });
    return Step::wait;
}

// What is being sent is not as it was when it was found. Somebody wrote to it, or its time was changed by us.
Connection::Step Connection::look_again() {
    helped_ = true;
    waits_ = Waits::nothing;
    const auto use = [this](bool is_sound) {
        helped_ = false;
        if (phase_ == Phase::ended) return dispose_if_unused();
        if (!is_sound)
            state_.troubles.tell(Trouble::broken_off,
                                 "stopped sending {}: the file is not what it was meanwhile",
                                 outside(exchanges_.back().request.target));
        is_spoilt_ = !is_sound;
        take_turn();
    };
    state_.helpers.look_ups.post(
        [resource = exchanges_.back().resource, use, &loop = state_.loop, &shelf = state_.shelf] {
            const auto inode = look_again_at(*resource, shelf);
            if (inode) resource->inode.accept(*inode);
            loop.post([use, is_sound = inode.has_value()] { use(is_sound); });
        });
    return Step::wait;
}

void Connection::retire_sent() {
    while (!exchanges_.empty() && exchanges_.front().produced && exchanges_.front().ends <= outbox_.sent()) {
        count_and_log(exchanges_.front(), true);
        state_.keep_for_reuse(exchanges_);
    }
}

void Connection::count_and_log(const Exchange& exchange, bool completed) {
    Counters::add(state_.counters.answers[std::min<std::size_t>(exchange.answer.status / 100, 5)], 1);
    if (!completed) Counters::add(state_.counters.broken_off, 1);
    if (state_.access_log == nullptr || is_of_tracker(exchange.request.target)) return;
    const auto& request = exchange.request;
    const auto sent = exchange.produced ? std::min(outbox_.sent(), exchange.ends) : outbox_.sent();
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                            exchange.began);
    append_access(state_.log_lines,
                  {.time = state_.clock(),
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
                  state_.access_log->format());
}

// What has left the kernel's buffer too: the reader is judged by what it takes.
Bytes Connection::taken_by_reader() const {
    int unsent = 0;
    if (::ioctl(wire_->fd(), SIOCOUTQ, &unsent) != 0 || unsent < 0) unsent = 0;
    return at_most(outbox_.sent(), static_cast<Bytes>(unsent));
}

}  // namespace mirrorseed::httpd
