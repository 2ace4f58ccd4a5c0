#include "core/system/subprocess_start.hpp"

#include "core/text.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mirrorseed {
namespace {

// ---- before the fork

// Descriptors below 3 become the child's own, so ours must lie above them.
Descriptor above_standard(Descriptor descriptor) {
    if (!descriptor.is_open() || descriptor.get() > 2) return descriptor;
    return Descriptor(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 3));
}

struct Pipe {
    Descriptor read, write;

    static Pipe make() {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Failure(Error::last_system_error("cannot make a pipe"));
        return {above_standard(Descriptor(ends[0])), above_standard(Descriptor(ends[1]))};
    }
};

// A file in memory rather than a pipe: the program reads when it likes, and nobody has to feed it.
Result<Descriptor> open_input(const std::string& input) {
    if (input.empty()) return above_standard(Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    Descriptor file = above_standard(Descriptor(::memfd_create("input", MFD_CLOEXEC)));
    if (!file.is_open()) return Error::last_system_error("cannot make a file in memory");
    if (const auto written = write_all(file, as_bytes(input), "input"); !written) return written.error();
    if (::lseek(file.get(), 0, SEEK_SET) != 0) return Error::last_system_error("cannot rewind input");
    return file;
}

std::string found_in_search_path(const std::string& name) {
    std::string_view rest = Program::search_path;
    while (!rest.empty()) {
        const auto folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        auto path = std::string(folder) + "/" + name;
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    return {};
}

Result<std::string> path_of(const Program& program) {
    if (program.arguments.empty()) return Error(Fault::bad_input, "there is no program to run");
    const auto& name = program.arguments.front();
    if (name.starts_with('/')) return name;
    if (name.empty() || name.find('/') != std::string::npos)
        return Error(Fault::bad_input,
                     "\"" + escape_text(name) + "\" is neither a program's name nor its path");
    auto path = found_in_search_path(name);
    if (path.empty()) return Error(Fault::not_found, escape_text(name) + " is not installed");
    return path;
}

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (const auto& text : strings)
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

// ---- between fork and exec: system calls alone, and memory that was there before

enum class Step { none, folder, descriptors, confinement, program };
struct StartFault {
    Step step = Step::none;
    int error = 0;
};

struct Start {
    const char* path;
    const char* folder;
    char* const* arguments;
    char* const* environment;
    std::span<const int> descriptors;
    int input, output, errors, faults;
    int nice;
    Bytes largest_file;
    pid_t parent;
    const Landlock* confinement;
};

[[noreturn]] void give_up(const Start& start, Step step) noexcept {
    const StartFault fault{step, errno};
    [[maybe_unused]] const auto written = ::write(start.faults, &fault, sizeof fault);
    ::_exit(127);
}

void forget_signals() noexcept {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    for (int signal = 1; signal <= SIGRTMAX; ++signal)
        ::sigaction(signal, &usual, nullptr);  // refused for KILL, STOP and those of the C library
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// The pipe for faults closes by itself, which is how the parent learns that the program runs.
bool keep_only_given_descriptors(const Start& start) noexcept {
    if (::dup2(start.input, 0) < 0 || ::dup2(start.output, 1) < 0 || ::dup2(start.errors, 2) < 0)
        return false;
    if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
    for (const int descriptor : start.descriptors)
        if (::fcntl(descriptor, F_SETFD, 0) != 0) return false;
    return true;
}

[[noreturn]] void become(const Start& start) noexcept {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != start.parent) ::_exit(127);  // it died before it could be watched
    if (start.nice != 0) ::setpriority(PRIO_PROCESS, 0, start.nice);
    const rlimit file_size{start.largest_file, start.largest_file};
    if (start.largest_file > 0) ::setrlimit(RLIMIT_FSIZE, &file_size);
    if (::chdir(start.folder) != 0) give_up(start, Step::folder);
    if (!keep_only_given_descriptors(start)) give_up(start, Step::descriptors);
    if (start.confinement != nullptr && !start.confinement->restrict_self())
        give_up(start, Step::confinement);
    forget_signals();
    ::execve(start.path, start.arguments, start.environment);
    give_up(start, Step::program);
}

// No handler of ours may run in the child, which shares nothing but looks as if it did.
class AllSignalsBlocked {
public:
    AllSignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    AllSignalsBlocked(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

private:
    sigset_t before_;
};

// The kernel kills the program with us and nothing of what the program started, so one process of its group
// waits for our end to kill them all. It costs a copy of the memory that we write to meanwhile.
[[noreturn]] void guard(pid_t group, pid_t parent) noexcept {
    ::setpgid(0, group);
    ::syscall(SYS_close_range, 0U, ~0U, 0U);
    sigset_t end;
    ::sigemptyset(&end);
    ::sigaddset(&end, SIGUSR1);
    ::prctl(PR_SET_PDEATHSIG, SIGUSR1);
    while (::getppid() == parent)
        ::sigwaitinfo(&end, nullptr);
    ::kill(-group, SIGKILL);
    ::_exit(0);
}

// ---- after it

StartFault read_fault(const Descriptor& faults) {
    StartFault fault;
    ssize_t got = 0;
    do {
        got = ::read(faults.get(), &fault, sizeof fault);
    } while (got < 0 && errno == EINTR);
    return got == sizeof fault ? fault : StartFault{};
}

Error explain(const StartFault& fault, const Program& program) {
    errno = fault.error;
    const auto name = escape_text(program.arguments.front());
    switch (fault.step) {
        case Step::folder:
            return Error::last_system_error("cannot run " + name + " in " + escape_text(program.folder));
        case Step::descriptors:
            return Error::last_system_error("cannot run " + name + " with these descriptors");
        case Step::confinement:
            return Error::last_system_error("cannot confine " + name + " by Landlock");
        default:
            return Error::last_system_error("cannot run " + name);
    }
}

void never_wait_on(const Descriptor& descriptor) {
    ::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
}

pid_t fork_into(const Start& start) {
    const AllSignalsBlocked blocked;
    const auto process = ::fork();
    if (process == 0) become(start);
    return process;
}

pid_t fork_guard(pid_t group) {
    const auto parent = ::getpid();
    const AllSignalsBlocked blocked;
    const auto process = ::fork();
    if (process == 0) guard(group, parent);
    return process;
}

std::optional<int> wait_for_end(pid_t process) noexcept {
    int status = 0;
    pid_t ended = -1;
    do {
        ended = ::waitpid(process, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) return {};
    return status;
}

}  // namespace

ChildProcess::ChildProcess(pid_t process) : process_(process) {
    ::setpgid(process_, process_);  // the child does so too; whoever is first
    watch_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
}

void ChildProcess::signal(int number) const noexcept {
    if (process_ > 0) ::kill(-process_, number);
}

std::optional<int> ChildProcess::end() noexcept {
    if (process_ < 0) return {};
    signal(SIGKILL);
    if (guard_ > 0) {
        ::kill(guard_, SIGKILL);  // it may not have come to join the group
        (void)wait_for_end(std::exchange(guard_, -1));
    }
    return wait_for_end(std::exchange(process_, -1));
}

bool ChildProcess::is_gone() const noexcept {
    return ::kill(process_, 0) < 0 && errno == ESRCH;
}

Error unknown_end(const std::string& program) {
    return {Fault::failed, program + " ended, and nobody knows how: SIGCHLD is ignored"};
}

Result<StartedProgram> start_program(const Program& program) {
    const auto path = path_of(program);
    if (!path) return path.error();
    auto input = open_input(program.input);
    if (!input) return input.error();
    const bool together = program.errors == Program::Errors::with_output;
    auto output = Pipe::make();
    auto errors = together ? Pipe{} : Pipe::make();
    auto faults = Pipe::make();
    const auto arguments = c_strings(program.arguments);
    const auto environment = c_strings(program.environment);

    const Start start{path->c_str(),        program.folder.c_str(),
                      arguments.data(),     environment.data(),
                      program.descriptors,  input->get(),
                      output.write.get(),   together ? output.write.get() : errors.write.get(),
                      faults.write.get(),   program.nice,
                      program.largest_file, ::getpid(),
                      program.confinement};
    const auto process = fork_into(start);
    if (process < 0) return Error::last_system_error("cannot run " + escape_text(program.arguments.front()));
    ChildProcess child(process);
    const auto guarding = fork_guard(process);
    if (guarding < 0)
        return Error::last_system_error("cannot guard " + escape_text(program.arguments.front()));
    child.guarded_by(guarding);
    for (auto* ours : {&*input, &output.write, &errors.write, &faults.write})
        ours->close();

    if (const auto fault = read_fault(faults.read); fault.step != Step::none) return explain(fault, program);
    if (!child.watch().is_open())
        return child.is_gone() ? unknown_end(escape_text(program.arguments.front()))
                               : Error::last_system_error("cannot watch a program");
    never_wait_on(output.read);
    if (errors.read.is_open()) never_wait_on(errors.read);
    return StartedProgram{std::move(child), std::move(output.read), std::move(errors.read)};
}

}  // namespace mirrorseed
