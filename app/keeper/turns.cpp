#include "app/keeper/turns.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace mirrorseed::app {

Turns::Turn::Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)), at_(other.at_) {}

Turns::Turn::~Turn() {
    if (turns_ != nullptr) turns_->end(at_);
}

Yield Turns::Turn::yield() const {
    const std::lock_guard lock(turns_->mutex_);
    return at_->yield;
}

std::uint64_t Turns::number_job() {
    const std::lock_guard lock(mutex_);
    return ++jobs_;
}

Result<Turns::Turn> Turns::take(const TurnWish& wish, Progress& progress) {
    std::unique_lock lock(mutex_);
    if (wish.work == Work::operates) last_word_[wish.tree] = std::max(last_word_[wish.tree], wish.job);
    const auto mine = waiting_.insert(waiting_.end(), wish);
    ask_to_yield();
    changed_.notify_all();  // whom it overrules
    const auto is_over = [&] { return is_overruled(wish) || may_begin_now(wish); };
    const bool came = changed_.wait(lock, progress.stop_token(), is_over);
    waiting_.erase(mine);
    changed_.notify_all();
    if (!came) return progress.go_on().error();
    if (is_overruled(wish))
        return Error(Fault::changed, "it gives way to what was asked for " + wish.tree +
                                         " meanwhile, which has the last word");
    const auto at = running_.insert(running_.end(), {wish, &progress});
    ask_to_yield();
    return Turn(this, at);
}

void Turns::end(std::list<Running>::iterator at) {
    const std::lock_guard lock(mutex_);
    running_.erase(at);
    changed_.notify_all();
}

void Turns::ask_to_yield() {
    for (auto& running : running_)
        for (const auto& waiting : waiting_) {
            const auto yield = yield_of(running.wish, waiting);
            if (yield <= running.yield) continue;
            running.yield = yield;
            running.progress->request_stop();
        }
}

bool Turns::may_begin_now(const TurnWish& wish) const {
    std::vector<TurnWish> running;
    std::transform(running_.begin(), running_.end(), std::back_inserter(running),
                   [](const Running& item) { return item.wish; });
    const auto begin = may_begin(running, {waiting_.begin(), waiting_.end()}, most_syncs_);
    return std::any_of(begin.begin(), begin.end(), [&](const TurnWish& other) {
        return other.job == wish.job && other.tree == wish.tree;
    });
}

bool Turns::is_overruled(const TurnWish& wish) const {
    const auto word = last_word_.find(wish.tree);
    return wish.work == Work::syncs && word != last_word_.end() && word->second > wish.job;
}

bool Turns::begin_telling(const std::string& tree) {
    const std::lock_guard lock(mutex_);
    const auto [at, is_first] = tellers_.try_emplace(tree, false);
    if (!is_first) at->second = true;
    return is_first;
}

bool Turns::end_telling(const std::string& tree) {
    const std::lock_guard lock(mutex_);
    const auto at = tellers_.find(tree);
    if (std::exchange(at->second, false)) return false;
    tellers_.erase(at);
    return true;
}

bool Turns::is_telling() const {
    const std::lock_guard lock(mutex_);
    return !tellers_.empty();
}

void Turns::allow_syncs(unsigned most_syncs) {
    const std::lock_guard lock(mutex_);
    most_syncs_ = most_syncs;
    changed_.notify_all();
}

}  // namespace mirrorseed::app
