// What goes wrong here while requests are answered: told apart, and each kind once a minute, however many
// requests meet it.
//
// What only says that there was no room just now is never told as damage: it
// passes by itself, and nobody has to read or repair anything. Safe from any
// thread.
#pragma once

#include "core/log.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::httpd {

enum class Trouble {
    no_descriptors,  // of this process, or of the machine
    no_memory,
    full,       // as many connections as there may be
    absent,     // a file that should be there
    forbidden,  // to this user
    unreadable,
    changed,  // not as it was left, and not read since
    damaged,
    broken_off,  // a file that was another one while it was sent
    catalogue,
};
constexpr std::size_t kinds_of_trouble = static_cast<std::size_t>(Trouble::catalogue) + 1;

// Why something could not be opened or read.
Trouble trouble_of(const Error& error);
// Of the moment, and not of what is stored.
bool passes_by_itself(Trouble trouble);

class Troubles;
// Tells of what passes by itself, and answers why nothing can be answered just now.
std::string told_as_passing(Troubles& troubles, const Error& error);

class Troubles {
public:
    using Time = std::chrono::steady_clock::time_point;

    // `log` outlives it.
    explicit Troubles(const Log& log) : log_(log) {}

    template <class... Args>
    void tell(Trouble kind, fmt::format_string<Args...> text, Args&&... args) {
        if (const auto untold = turn(kind, std::chrono::steady_clock::now()))
            say(kind, fmt::vformat(text, fmt::make_format_args(args...)), *untold);
    }

    // Whether this one is told; then, how many of its kind were not since the last that was.
    std::optional<std::uint64_t> turn(Trouble kind, Time now);

private:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();
    struct Kind {
        std::atomic<std::int64_t> told_at = never;  // in seconds
        std::atomic<std::uint64_t> untold = 0;
    };
    void say(Trouble kind, const std::string& text, std::uint64_t untold) const;

    const Log& log_;
    std::array<Kind, kinds_of_trouble> kinds_;
};

}  // namespace mirrorseed::httpd
