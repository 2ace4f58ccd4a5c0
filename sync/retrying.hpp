// Tries something until it goes well or is of no more use, and rests in between.
//
// It decides nothing but how often: how long to rest is the policy's, chance and rest are handed to it, so it
// is tested without waiting.
#pragma once

#include "core/progress.hpp"
#include "sync/dice.hpp"
#include "sync/orders.hpp"
#include "sync/retry_policy.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace mirrorseed::sync {

struct Retrying {
    RetryPolicy policy{};
    std::function<double()> chance{};  // in [0, 1)
    // Its error ends the attempts.
    std::function<Status(RetryPolicy::Time)> rest{};

    // Both outlive it.
    static Retrying with(unsigned retries, Dice& dice, const Progress& progress) {
        return {{.retries = retries}, std::ref(dice), [&progress](RetryPolicy::Time time) {
                    return progress.rest(time);
                }};
    }
};

template <typename T>
struct Attempt {
    Result<T> outcome;
    Again again = Again::no;                   // after an error
    std::optional<RetryPolicy::Time> asked{};  // how long the other side wants to be left alone
};

template <typename T>
struct Tried {
    Result<T> outcome;
    unsigned failures = 0;  // that another attempt might have mended
};

template <typename T>
Tried<T> try_often(const Retrying& retrying, const std::function<Attempt<T>()>& attempt) {
    for (unsigned failures = 0;;) {
        auto [outcome, again, asked] = attempt();
        const bool is_over = outcome || again == Again::no || !retrying.policy.allows(++failures);
        if (is_over) return {std::move(outcome), failures};
        const auto rested = retrying.rest(retrying.policy.wait(failures, retrying.chance(), asked));
        if (!rested) return {rested.error(), failures};
    }
}

}  // namespace mirrorseed::sync
