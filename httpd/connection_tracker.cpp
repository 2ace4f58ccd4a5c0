// A connection's announces and scrapes. They are answered on the loop, from memory, and go by no cache.

#include "httpd/connection.hpp"
#include "httpd/loop_state.hpp"
#include "httpd/own_paths.hpp"
#include "httpd/proxied.hpp"
#include "httpd/tracking.hpp"

#include <optional>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr std::string_view described = "Content-Type: text/plain\r\nCache-Control: no-store\r\n";

}  // namespace

bool Connection::asks_tracker(const Exchange& exchange) const {
    return state_.site->tracker && is_of_tracker(exchange.request.target);
}

Connection::Step Connection::ask_tracker() {
    const auto tracking = state_.site->tracker;
    if (tracking->is_level()) {
        answer_as_tracker();
        return Step::again;
    }
    // What was answered before is not kept back.
    if (!outbox_.is_empty() && writable_) return send_outbox();
    helped_ = true;
    waits_ = Waits::nothing;
    const auto use = [this] {
        helped_ = false;
        if (phase_ == Phase::ended) return dispose_if_unused();
        answer_as_tracker();
        take_turn();
    };
    state_.helpers.look_ups.post([tracking, use, &loop = state_.loop] {
        tracking->catch_up();
        loop.post(use);
    });
    return Step::wait;
}

void Connection::answer_as_tracker() {
    const auto& exchange = exchanges_.back();
    const auto& request = exchange.request;
    // The tracker may have gone while a helper was asked.
    if (!state_.site->tracker) return answer(respond_with_refusal(request, 404, {}, {.cors = Cors::off}));
    auto& tracker = state_.site->tracker->tracker();
    const auto& trusted = state_.behaviour().trusted_proxies;
    const auto from = announcer(peer_, is_proxy_, request.forwarded_for, trusted);
    const auto asker = from ? tracker::asker_at({from->bytes()}) : std::nullopt;
    const auto query = tracker::query_of(request.target);
    const auto now = state_.loop.now();
    auto& tally = state_.counters.tracker;
    const auto& text = tracker::tracker_target(request.target) == tracker::Target::announce
                           ? state_.desk.announce(tracker, query, asker, now, tally)
                           : state_.desk.scrape(tracker, query, asker, now, tally);
    // Torrent clients send nothing behind an announce, and waiting for the end of each would cost as much as
    // the swarm does.
    asks_no_more_ = !request.keep_alive;
    Answer told{.described = described, .length = text.size()};
    if (!request.is_head()) told.text = text;
    answer(std::move(told));
}

}  // namespace mirrorseed::httpd
