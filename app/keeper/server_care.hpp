// What whoever started a server does for it, a keeper or the parent that `serve` as root leaves behind:
// starts it, hands it what it can no longer open, and tells the service manager how it is.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/config/config_reader.hpp"
#include "app/keeper/server_line.hpp"
#include "app/keeper/server_process.hpp"
#include "app/keeper/service_manager.hpp"
#include "core/log.hpp"
#include "httpd/tls_identity.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

class ServerCare {
public:
    // All of them outlive this. Without a store nobody remembers the server.
    ServerCare(const Config& at_start, std::string config_file, const Arguments& arguments,
               const Folder* store, ServerLine::Orphans orphans, const ServiceManager& manager,
               const Log& log);

    ServerProcess& process() noexcept { return process_; }
    ServerLine& line() noexcept { return line_; }

    // Every second, and when the server said something: what that was.
    std::vector<ServerWord> look_after();
    // The config is about to be read again. The service manager hears that a service which was ready is not
    // until its server is well.
    void begin_reload();
    // Nothing, which is told, where it has a fault.
    std::optional<LoadedConfig> read_again() const;
    // The config was read again.
    void renew(const Config& now);
    // It was, and is refused: what the last one named is opened anew all the same.
    void renew_files();
    // Asks it to end, and insists when downloads have had their time.
    void stop();

private:
    void note_start();
    void make_way(const Config& now) const;
    void tell_manager();
    void watch_certificate();
    void hand_over(const ServerFilePlaces& places);

    Config at_start_;  // as the server found it when it was started
    std::string config_file_;
    ConfigUse use_;
    const ServiceManager& manager_;
    const Log& log_;
    ServerLine line_;
    ServerProcess process_;
    ServerFilePlaces places_;
    std::chrono::seconds patience_;
    std::optional<httpd::StableChange> certificate_;
    bool told_ready_ = false;
};

}  // namespace mirrorseed::app
