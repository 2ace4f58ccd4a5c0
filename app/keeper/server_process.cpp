#include "app/keeper/server_process.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>

namespace mirrorseed::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

constexpr seconds longest_pause{30};
constexpr seconds steady_after{60};  // a server that lived this long fell for a new reason
constexpr seconds left_over_patience{40};
constexpr seconds last_patience{5};

const RelPath& pid_file() {
    static const auto path = RelPath::parse("server.pid").value();
    return path;
}

// When a process began, in the kernel's ticks since boot: with it, a number that was given out again is
// noticed.
std::optional<std::string> start_ticks(pid_t pid) {
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!stat) return std::nullopt;
    // The second field is the name in parentheses and may hold anything; the 20th after it is the start.
    std::istringstream fields(stat->substr(stat->rfind(')') + 1));
    std::string field;
    for (int i = 0; i < 20; ++i)
        if (!(fields >> field)) return std::nullopt;
    return field;
}

std::vector<std::string> environment_but_for(std::string_view name) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (const std::string_view text = *variable; text.substr(0, text.find('=')) != name)
            variables.emplace_back(text);
    return variables;
}

// As a new program is given them.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

bool wait_until_gone(pid_t pid, const std::string& ticks, seconds patience) {
    const auto until = SteadyClock::now() + patience;
    while (start_ticks(pid) == ticks) {
        if (SteadyClock::now() > until) return false;
        std::this_thread::sleep_for(milliseconds(50));
    }
    return true;
}

}  // namespace

ServerProcess::ServerProcess(const Folder* store, std::vector<std::string> arguments,
                             std::vector<int> descriptors, ServerLine& line,
                             std::function<void()> before_start, const Log& log)
    : store_(store),
      arguments_(std::move(arguments)),
      descriptors_(std::move(descriptors)),
      line_(line),
      before_start_(std::move(before_start)),
      log_(log) {}

ServerProcess::~ServerProcess() {
    if (pid_ > 0) stop(last_patience);
}

void ServerProcess::end_left_over() {
    if (store_ == nullptr) return;
    const auto text = read_file(store_->path() + "/" + pid_file().str(), 128);
    if (!text) return;
    std::istringstream fields(*text);
    pid_t pid = 0;
    std::string ticks;
    if (!(fields >> pid >> ticks) || pid <= 1 || start_ticks(pid) != ticks) return;
    log_.warning("ending server process {}, left over from an earlier run", pid);
    ::kill(pid, SIGTERM);
    if (wait_until_gone(pid, ticks, left_over_patience)) return;
    ::kill(pid, SIGKILL);
    wait_until_gone(pid, ticks, left_over_patience);
}

Status ServerProcess::spawn() {
    if (auto begun = line_.begin_anew(); !begun) return begun;
    std::vector<std::string> words{"mirrorseed"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    auto variables = environment_but_for(keeper_line_variable);
    variables.push_back(line_.in_environment());
    const auto argv = pointers_to(words), envp = pointers_to(variables);

    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    // Onto itself: that takes off the mark that would close it.
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    auto inherited = line_.for_server();
    inherited.insert(inherited.end(), descriptors_.begin(), descriptors_.end());
    for (const int descriptor : inherited)
        ::posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor);
    const int failed =
        ::posix_spawn(&pid_, "/proc/self/exe", &actions, &attributes, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failed == 0) return {};
    pid_ = -1;
    errno = failed;
    return Error::last_system_error("cannot start the server");
}

void ServerProcess::start() {
    before_start_();
    const auto spawned = spawn();
    started_ = SteadyClock::now();
    if (!spawned) {
        log_.error("{}", spawned.error().text());
        next_start_ = started_ + pause_;
        return;
    }
    if (store_ == nullptr) return;
    const auto note = std::to_string(pid_) + " " + start_ticks(pid_).value_or("0") + "\n";
    if (const auto noted = replace_file(*store_, pid_file(), as_bytes(note)); !noted)
        log_.warning("cannot write down the server's process ID: {}", noted.error().text());
}

void ServerProcess::fallen(int status) {
    if (SteadyClock::now() - started_ > steady_after) pause_ = seconds(1);
    const auto how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                         : "status " + std::to_string(WEXITSTATUS(status));
    log_.error("the server ended with {}; starting it again in {} s", how, pause_.count());
    next_start_ = SteadyClock::now() + pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
}

std::optional<int> ServerProcess::ended() {
    int status = 0;
    if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    line_.end();
    return status;
}

void ServerProcess::end_if_silent() const {
    if (pid_ <= 0 || !line_.is_silent()) return;
    log_.error("the server says nothing any more; another one takes its place");
    send(SIGKILL);
}

void ServerProcess::tend() {
    end_if_silent();
    if (const auto status = ended()) fallen(*status);
    if (pid_ < 0 && SteadyClock::now() >= next_start_) start();
}

void ServerProcess::send(int signal) const {
    if (pid_ > 0) ::kill(pid_, signal);
}

void ServerProcess::stop(seconds patience) {
    if (pid_ > 0) {
        send(SIGTERM);
        const auto until = SteadyClock::now() + patience;
        int status = 0;
        while (::waitpid(pid_, &status, WNOHANG) == 0) {
            if (SteadyClock::now() > until) send(SIGKILL);
            std::this_thread::sleep_for(milliseconds(20));
        }
        pid_ = -1;
    }
    if (store_ != nullptr) (void)store_->remove_file(pid_file()).has_value();
}

}  // namespace mirrorseed::app
