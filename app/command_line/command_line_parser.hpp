// From argv to checked Arguments. The door to CLI11: nobody else sees that library.
#pragma once

#include "app/command_line/command_line.hpp"

#include <string>
#include <variant>

namespace mirrorseed::app {

// Something to print on standard output, after which the program is done.
struct Printed {
    std::string text;
};

using Parsed = std::variant<Arguments, Printed>;

// The error of a wrong usage is one line that names the bad argument; exit status 2 is its place. Options may
// stand before or after the command; "--" ends them.
Result<Parsed> parse_command_line(int argc, const char* const* argv);

}  // namespace mirrorseed::app
