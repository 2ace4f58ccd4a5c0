// Starts a program: everything of core/system/subprocess.hpp up to the moment at which it runs.
#pragma once

#include "core/system/folder.hpp"
#include "core/system/subprocess.hpp"

#include <sys/types.h>

#include <optional>
#include <utility>

namespace mirrorseed {

// One child and its group. Whoever lets go of it kills it.
class ChildProcess {
public:
    explicit ChildProcess(pid_t process);
    ChildProcess(ChildProcess&& other) noexcept
        : process_(std::exchange(other.process_, -1)),
          guard_(std::exchange(other.guard_, -1)),
          watch_(std::move(other.watch_)) {}
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess() { end(); }

    // It ended before anybody could watch it, which only happens where SIGCHLD is ignored.
    bool is_gone() const noexcept;
    // The process that kills the group when we die.
    void guarded_by(pid_t guard) noexcept { guard_ = guard; }
    // Readable when it is over; not open where it cannot be watched.
    const Descriptor& watch() const noexcept { return watch_; }
    // To the whole group.
    void signal(int number) const noexcept;
    // Kills what is left of the group before the number of its leader can be another's. Answers how the
    // leader ended, as waitpid() does; nothing where SIGCHLD is ignored, for then the kernel tells nobody.
    std::optional<int> end() noexcept;

private:
    pid_t process_;
    pid_t guard_ = -1;
    Descriptor watch_;
};

struct StartedProgram {
    ChildProcess process;
    Descriptor output;
    Descriptor errors;  // not open when they come with the output
};

// Of a program whose end the kernel tells nobody, for SIGCHLD is ignored.
Error unknown_end(const std::string& program);

// An Error when the program could not be started. Reading its output does not wait.
Result<StartedProgram> start_program(const Program& program);

}  // namespace mirrorseed
