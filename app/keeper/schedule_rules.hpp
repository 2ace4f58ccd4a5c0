// When is a tree synced by itself, and when is the store looked after?
//
// Pure. What was missed, because the machine slept or its clock was moved, is made good once.
#pragma once

#include "app/config/schedule.hpp"
#include "core/units.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace mirrorseed::app {

struct SyncHistory {
    std::optional<UnixTime> began{};          // of the last run
    UnixTime ended = 0;                       // 0: it was killed, or runs
    std::optional<UnixTime> failing_since{};  // when the first of those ended that failed one after the other
};

// Nothing where nobody syncs it by itself. `chance` in [0, 1) is the same for the same run.
std::optional<UnixTime> next_sync(const Schedule& schedule, const SyncHistory& history,
                                  std::chrono::seconds jitter, double chance, UnixTime now);

// The same of a tree and a run as often as it is asked.
double chance_of(std::string_view tree, UnixTime began);

// What is done every so often; `from`: where it never was, it is first done so long after.
UnixTime next_chore(std::optional<UnixTime> began, std::chrono::seconds every, UnixTime from, UnixTime now);

// A little of the store's contents at a time, so that each is read once in `period`.
struct ScrubStep {
    std::chrono::seconds every{};
    Bytes budget = 0;
};
ScrubStep scrub_step(std::chrono::seconds period, Bytes stored);

// How long after the try of that number (from 1) somebody is told again who could not be told.
std::chrono::seconds pause_before_telling(unsigned tries);

// When the next try is after so many. What is planned stays, however often plans are made, until it is tried.
UnixTime next_telling(std::optional<UnixTime> planned, unsigned tries, UnixTime now);

}  // namespace mirrorseed::app
