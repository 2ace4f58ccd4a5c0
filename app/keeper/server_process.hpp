// The server that a keeper runs as a process of its own.
//
// STORE/server.pid remembers it, so that a keeper whose predecessor was killed
// ends the server that this one left before it starts its own.
#pragma once

#include "app/keeper/server_line.hpp"
#include "core/log.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

class ServerProcess {
public:
    // `arguments` come after the program's own name. It inherits the `descriptors` under their numbers, and
    // its end of the line. Without a store nobody remembers it.
    // `before_start`: at each start, just before.
    ServerProcess(const Folder* store, std::vector<std::string> arguments, std::vector<int> descriptors,
                  ServerLine& line, std::function<void()> before_start, const Log& log);

    ~ServerProcess();  // whatever happens to the keeper, its server is not left behind
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    // Asks a server that outlived its keeper to end, and waits for it.
    void end_left_over();
    void start();
    // Looks after it: starts it again, at growing intervals, when it has fallen or says nothing any more.
    void tend();
    bool is_running() const noexcept { return pid_ > 0; }
    // As waitpid(2) tells, once.
    std::optional<int> ended();
    void end_if_silent() const;
    void send(int signal) const;
    // Asks it to end, waits, and insists.
    void stop(std::chrono::seconds patience);

private:
    Status spawn();
    void fallen(int status);

    const Folder* store_;
    std::vector<std::string> arguments_;
    std::vector<int> descriptors_;
    ServerLine& line_;
    std::function<void()> before_start_;
    const Log& log_;
    pid_t pid_ = -1;
    std::chrono::steady_clock::time_point next_start_{};
    std::chrono::seconds pause_{1};
    std::chrono::steady_clock::time_point started_{};
};

}  // namespace mirrorseed::app
