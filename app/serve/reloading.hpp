// What a server takes on while it runs: what comes of the config, renewed files, and logs that were moved
// away.
//
// They come from its keeper, which may still open them, or are opened here. The threads, the store and its
// key stay.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/config/config_reader.hpp"
#include "app/keeper/server_files.hpp"
#include "core/log.hpp"
#include "httpd/server.hpp"

#include <functional>
#include <string>

namespace mirrorseed::app {

class Reloading {
public:
    struct Made {
        httpd::ServerOptions options;
        httpd::SourceFactory sources;
    };
    using Make = std::function<Result<Made>(const Config&)>;
    // `make`: what a server is made of; it reads no token.
    Reloading(const Config& at_start, std::string config_file, ConfigUse use, std::string token, Make make,
              Log& log);

    void take(ServerFiles files, httpd::Server& server);
    void reload(httpd::Server& server);

private:
    // False where the config has a fault: then the other files are those that the last one named.
    bool take_config(const ServerFiles& files, httpd::Server& server);
    void take_secrets(const ServerFiles& files, httpd::Server& server);
    void read_token(const ServerFiles& files, const std::string& name);

    const Config& at_start_;
    std::string config_file_;
    ConfigUse use_;
    std::string token_;
    Config config_;  // as it was read last
    Make make_;
    Log& log_;
};

}  // namespace mirrorseed::app
