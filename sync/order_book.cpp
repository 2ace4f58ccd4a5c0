#include "sync/order_book.hpp"

#include <algorithm>

namespace mirrorseed::sync {

bool OrderBook::may_begin(Time now) const {
    return batch_files_ < limits_.most_waiting * limits_.files && now >= quiet_until_;
}

std::vector<OrderBook::Number> OrderBook::take(const Handful& most,
                                               const std::function<Bytes(Number)>& size_of, Time now) {
    std::vector<Number> taken;
    if (!may_begin(now)) return taken;
    Bytes sum = 0;
    const auto full = [&] { return taken.size() >= most.files || (sum >= most.bytes && !taken.empty()); };
    const auto hand_out = [&](Number order) {
        sum += size_of(order);
        taken.push_back(order);
        ++out_;
    };
    const bool any_due = !waiting_.empty() && waiting_.begin()->first <= now;
    while (any_due && !full() && !waiting_.empty() && waiting_.begin()->first <= now + together)
        hand_out(waiting_.extract(waiting_.begin()).value().second);
    // They are due as chance has it; upstreams like the files of one folder beside each other.
    std::sort(taken.begin(), taken.end());
    while (!full() && next_ < wanted_)
        hand_out(next_++);
    return taken;
}

OrderBook::Time OrderBook::look_again(Time now) const {
    auto until = now + longest_wait;
    if (!waiting_.empty()) until = std::min<Time>(until, waiting_.begin()->first);
    return quiet_until_ > now ? std::max<Time>(until, quiet_until_) : until;
}

void OrderBook::close(Number order) {
    --out_;
    failures_.erase(order);
}

void OrderBook::arrived(Number order) {
    ++arrivals_;
    troubles_in_a_row_ = 0;
    close(order);
}

void OrderBook::still_same(Number order) {
    ++arrivals_;
    close(order);
}

void OrderBook::dropped(Number order) {
    close(order);
}

OrderBook::Fate OrderBook::failed(Number order, const Trouble& trouble, Time now) {
    if (trouble.again == Again::no) return close(order), Fate::left;
    auto& [count, arrivals_then] = failures_.try_emplace(order, Failures{0, arrivals_}).first->second;
    if (wait_or_not(order, ++count, trouble, now)) return Fate::later;
    const bool lost = arrivals_ == arrivals_then;
    close(order);
    return lost ? Fate::lost : Fate::left;
}

// Not when it was tried often enough.
bool OrderBook::wait_or_not(Number order, unsigned failures, const Trouble& trouble, Time now) {
    if (!retry_.allows(failures)) return false;
    const auto due = now + retry_.wait(failures, trouble.chance, trouble.asked);
    waiting_.emplace(due, order);
    --out_;
    if (++troubles_in_a_row_ >= lanes_) quiet_until_ = std::max<Time>(quiet_until_, due);
    return true;
}

void OrderBook::add_to_batch(Bytes size, Time now) {
    if (batch_files_++ == 0) batch_begun_ = now;
    batch_bytes_ += size;
}

bool OrderBook::is_batch(Time now) const {
    return batch_files_ >= limits_.files || batch_bytes_ >= limits_.size || now >= batch_due();
}

OrderBook::Time OrderBook::batch_due() const {
    return batch_files_ == 0 ? Time::max() : batch_begun_ + limits_.time;
}

void OrderBook::begin_commit() {
    batch_files_ = 0;
    batch_bytes_ = 0;
}

}  // namespace mirrorseed::sync
