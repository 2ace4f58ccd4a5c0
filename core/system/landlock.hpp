// Gives a process a part of the file system, and takes the rest away for good.
//
// The rules are prepared where memory may be had, and applied where only system calls may be made: in the
// process itself, or in a child between fork and exec. On a kernel without Landlock there is nothing to
// apply.
#pragma once

#include "core/system/folder.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed {

// Files and folders with all that is in them; links are followed now. What does not exist is left out.
struct Confines {
    std::vector<std::string> readable;
    std::vector<std::string> writable;  // what is there may be written, and in folders files made and removed
    std::vector<std::string> workshops{};   // anything may be made, moved, linked and removed, but not be run
    std::vector<std::string> executable{};  // readable, and programs and their loader may be run from there
    bool may_connect = false;               // over TCP, where the kernel can forbid it
};

// What every program needs: itself and its libraries, /etc, names of hosts, /dev/null and random numbers.
Confines confines_of_a_program();

class Landlock {
public:
    // Nothing where the kernel has none.
    static Result<std::optional<Landlock>> prepare(const Confines& confines);

    // For this thread and whatever it starts, for ever; no new rights by setuid programs either. Safe between
    // fork and exec. errno tells what is wrong.
    bool restrict_self() const noexcept;

private:
    explicit Landlock(Descriptor ruleset) : ruleset_(std::move(ruleset)) {}
    Descriptor ruleset_;
};

}  // namespace mirrorseed
