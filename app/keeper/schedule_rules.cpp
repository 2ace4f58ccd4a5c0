#include "app/keeper/schedule_rules.hpp"

#include <algorithm>
#include <cstdint>

namespace mirrorseed::app {
namespace {

constexpr UnixTime first_pause = 300;

// How much later the time after that is.
UnixTime gap_after(const Schedule& schedule, UnixTime time) {
    const auto next = next_time(schedule, time);
    return next ? std::max<UnixTime>(1, *next - time) : 0;
}

// A part of the jitter, which may be long beside a short schedule.
UnixTime delay_of(std::chrono::seconds jitter, UnixTime gap, double chance) {
    const auto most = std::min<UnixTime>(jitter.count(), gap / 10);
    return static_cast<UnixTime>(static_cast<double>(most) * chance);
}

}  // namespace

std::optional<UnixTime> next_sync(const Schedule& schedule, const SyncHistory& history,
                                  std::chrono::seconds jitter, double chance, UnixTime now) {
    if (std::holds_alternative<Manual>(schedule)) return std::nullopt;
    if (!history.began || *history.began > now) return now;
    const auto regular = next_time(schedule, *history.began);
    if (!regular) return std::nullopt;
    const auto gap = gap_after(schedule, *regular);
    const auto planned = *regular + delay_of(jitter, gap, chance);
    if (!history.failing_since || history.ended == 0) return planned;
    // As long as it has failed already, and so twice as long each time.
    const auto pause =
        std::min(gap, std::max<UnixTime>(0, history.ended - *history.failing_since) + first_pause);
    return std::min(planned, history.ended + pause);
}

double chance_of(std::string_view tree, UnixTime began) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    const auto mix = [&](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
    for (const char c : tree)
        mix(static_cast<std::uint8_t>(c));
    for (int shift = 0; shift < 64; shift += 8)
        mix(static_cast<std::uint8_t>(static_cast<std::uint64_t>(began) >> shift));
    hash ^= hash >> 32;
    return static_cast<double>(hash % 1'000'003) / 1'000'003;
}

UnixTime next_chore(std::optional<UnixTime> began, std::chrono::seconds every, UnixTime from, UnixTime now) {
    constexpr UnixTime soon = 600;
    if (!began) return from + std::min<UnixTime>(every.count(), soon);
    return *began > now ? now : *began + every.count();
}

ScrubStep scrub_step(std::chrono::seconds period, Bytes stored) {
    const auto every = std::clamp(period / 24, std::chrono::seconds(1), std::chrono::seconds(3600));
    const auto share =
        static_cast<double>(every.count()) / static_cast<double>(std::max<std::int64_t>(1, period.count()));
    return {every, static_cast<Bytes>(static_cast<double>(stored) * share) + 1};
}

std::chrono::seconds pause_before_telling(unsigned tries) {
    constexpr std::chrono::seconds first{60}, longest{3600};
    const auto doubled = first * (std::int64_t{1} << std::min(tries == 0 ? 0U : tries - 1, 10U));
    return std::min<std::chrono::seconds>(doubled, longest);
}

UnixTime next_telling(std::optional<UnixTime> planned, unsigned tries, UnixTime now) {
    const auto anew = now + pause_before_telling(tries + 1).count();
    return std::min(planned.value_or(anew), anew);
}

}  // namespace mirrorseed::app
