// The one table of commands.
//
// The parser, the help, the manual page and the completions are all made from
// it; what a command does is for app/main.cpp to say.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "core/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mirrorseed::app {

using Check = Status (*)(std::string_view);

struct Option {
    enum class Kind { flag, value, repeatable };

    std::string_view name;  // long, without dashes
    char letter = 0;        // short; 0 when it has none
    Kind kind = Kind::flag;
    std::string_view value_name{};
    std::string_view help{};
    std::vector<std::string_view> choices{};
    Check check = nullptr;

    bool takes_value() const noexcept { return kind != Kind::flag; }
};

struct Positional {
    enum class Count { one, at_most_one, any, at_least_one };

    std::string_view name;  // "TREE"
    Count count = Count::one;
    std::string_view help{};
    std::vector<std::string_view> choices{};
    Check check = nullptr;

    bool required() const noexcept { return count == Count::one || count == Count::at_least_one; }
    bool repeatable() const noexcept { return count == Count::any || count == Count::at_least_one; }
};

struct Command {
    std::string_view name;     // "sync", "torrent create"
    std::string_view summary;  // one line
    std::vector<Positional> positionals{};
    std::vector<Option> options{};
    // What must hold between arguments.
    Status (*check)(const Arguments&) = nullptr;
    bool hidden = false;  // from help, manual and completions
};

// In the order of the manual. "torrent ..." commands share their first word.
std::span<const Command> commands();
// What every command takes.
std::span<const Option> global_options();

const Command* find_command(std::string_view name);
// The command's own option or a global one.
const Option* find_option(const Command& command, std::string_view name);
// Does any command's name begin with this word and a space?
bool is_command_group(std::string_view word);

// Counts, choices and forms of everything that was given. One line that names the bad argument.
Status check_arguments(const Command& command, const Arguments& arguments);

}  // namespace mirrorseed::app
