// Which of the wanted files is next, what waits until when, and when what came is to be committed.
//
// Pure: it is told the time, the dice and the limits, and knows an order by its number, its place among the
// wanted. Each order is new, then out with a lane, and then closed or waiting to be tried again; whoever asks
// locks. What waited goes before what is new, and each of them in the order of what is wanted. While nothing
// at all arrives, nothing is begun.
#pragma once

#include "core/units.hpp"
#include "sync/orders.hpp"
#include "sync/retry_policy.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

// A batch is what a crash may cost: the files of one are fetched again. To make one safe the whole file
// system is written out, which holds up everybody who uses it; so a batch is what came within some seconds.
struct BatchLimits {
    std::chrono::seconds time{10};
    std::size_t files = 32'000;
    Bytes size = Bytes{2} << 30;
    // How many may wait for a slow disk before nothing more is begun.
    std::size_t most_waiting = 2;
};

class OrderBook {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Number = std::size_t;
    // Orders that come due within this time of each other go to the upstream together.
    static constexpr std::chrono::milliseconds together{1000};
    // Whoever waits looks again after this time, whatever comes due.
    static constexpr std::chrono::seconds longest_wait{1};

    OrderBook(std::size_t wanted, unsigned lanes, const RetryPolicy& retry, const BatchLimits& limits = {})
        : wanted_(wanted), lanes_(lanes), retry_(retry), limits_(limits) {}

    // At most so many, and no further one once they are `bytes` together.
    struct Handful {
        std::size_t files = 1;
        Bytes bytes = 0;
    };
    std::vector<Number> take(const Handful& most, const std::function<Bytes(Number)>& size_of, Time now);
    // When there may be more to take, though nothing is told until then.
    Time look_again(Time now) const;
    bool is_any_out() const noexcept { return out_ > 0; }
    bool is_any_left() const noexcept { return out_ > 0 || !waiting_.empty() || next_ < wanted_; }

    unsigned lanes() const noexcept { return lanes_; }  // that still run
    void lane_ended() noexcept { --lanes_; }

    // How an order that is out ends.
    void arrived(Number order);
    void still_same(Number order);
    void dropped(Number order);  // nothing is learned from it
    struct Trouble {
        Again again = Again::no;
        std::optional<RetryPolicy::Time> asked{};  // how long the upstream wants to be left alone
        double chance = 0;                         // in [0, 1)
    };
    enum class Fate {
        later,  // it waits
        left,   // the others go on without it
        lost,   // nothing arrived since it failed first: the upstream is lost
    };
    Fate failed(Number order, const Trouble& trouble, Time now);

    // Of what arrived and is not being committed yet.
    void add_to_batch(Bytes size, Time now);
    bool is_batch(Time now) const;
    Time batch_due() const;  // by its age alone
    void begin_commit();

private:
    struct Failures {
        unsigned count = 0;
        std::uint64_t arrivals_then = 0;  // when it failed first
    };

    bool may_begin(Time now) const;
    bool wait_or_not(Number order, unsigned failures, const Trouble& trouble, Time now);
    void close(Number order);

    std::size_t wanted_;
    unsigned lanes_;
    RetryPolicy retry_;
    BatchLimits limits_;

    Number next_ = 0;  // of those that are new
    std::size_t out_ = 0;
    std::set<std::pair<Time, Number>> waiting_;  // by when they are due
    std::unordered_map<Number, Failures> failures_;
    std::uint64_t arrivals_ = 0;
    unsigned troubles_in_a_row_ = 0;
    Time quiet_until_{};

    std::size_t batch_files_ = 0;
    Bytes batch_bytes_ = 0;
    Time batch_begun_{};
};

}  // namespace mirrorseed::sync
