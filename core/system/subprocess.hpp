// Runs another program, and leaves nothing of it behind.
//
// There is never a shell. The program gets the arguments, the environment and the descriptors that are
// given here and no others, a process group of its own, default signal dispositions and an empty signal
// mask; its group dies with the thread that called. Its output is read as it comes, so a pipe that is full
// never stops it. Whatever the reason for its end, the whole group is gone when the call returns.
//
// A program that ran is a success, whatever it answered. A program that could not be started, and one that
// was ended before it was done, is an Error that names it.
#pragma once

#include "core/result.hpp"
#include "core/system/landlock.hpp"
#include "core/units.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

struct Program {
    enum class Errors { apart, with_output };

    // First what to run: an absolute path, or a name that is looked up in `search_path`.
    std::vector<std::string> arguments;
    std::vector<std::string> environment;   // "NAME=value"; all that there is
    std::string folder = "/";               // where it starts
    std::string input{};                    // what it can read from standard input
    std::vector<int> descriptors{};         // open in it too, under the same numbers
    Errors errors = Errors::apart;          // with_output: both come as output, in order
    int nice = 0;                           // 0: as we are
    Bytes largest_file = 0;                 // that it may write; 0: any
    const Landlock* confinement = nullptr;  // null: none

    static constexpr std::string_view search_path = "/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin";
};

// Called on the calling thread. An error ends the program and is what run_program answers.
struct ProgramWatch {
    using Duration = std::chrono::milliseconds;

    std::function<Status(std::string_view)> output{};  // each piece as it comes; unset: thrown away
    std::function<Status()> tick{};                    // every `tick_every`, for as long as it runs
    Duration tick_every{1000};
    Duration timeout{0};   // 0: as long as it likes
    Bytes most_errors{0};  // on its standard error; 0: as many as it likes
    std::stop_token stop{};
};

struct ProgramEnd {
    int exit_code = -1;  // when it ended by itself
    int signal = 0;      // what killed it, if something did
    std::string errors;  // the beginning of its standard error, at most 64 KiB

    bool is_good() const noexcept { return signal == 0 && exit_code == 0; }
    // "ended with status 23", "was killed by signal 11 (Segmentation fault)"
    std::string text() const;
};

// Waits until it is over. A program that is to end gets SIGTERM and two seconds; then its group is killed.
Result<ProgramEnd> run_program(const Program& program, const ProgramWatch& watch = {});

}  // namespace mirrorseed
