// From the text of a config file to a Config, with every fault in it.
//
// Reading is pure: text and environment in, values and faults out, so that
// check-config, a reload and the fuzzer see the same. A config with faults may
// be shown but must not be acted on.
#pragma once

#include "app/config/config.hpp"
#include "app/config/config_document.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

// One thing that is wrong, safe to show: control bytes are escaped and no URL shows its credentials.
struct ConfigFault {
    std::string file;
    unsigned line = 1, column = 1;
    std::string text;
};

// "mirrorseed.toml:3:8: text"
std::string format_fault(const ConfigFault& fault);

struct LoadedConfig {
    Config config;
    std::vector<ConfigFault> faults;  // in the order of the file
    // What is set and does nothing yet, in the order of the file; no reason not to act on the config.
    std::vector<ConfigFault> not_built;

    std::string file;
    // Where each value stands: "server.tls_key", "tree[0].keyring", "tree[0].release[1].match"; and the
    // tables themselves: "tree[0]".
    std::map<std::string, Position, std::less<>> positions;

    bool good() const noexcept { return faults.empty(); }
    // Of the value, or of the table that should hold it.
    Position position_of(std::string_view path) const;
    void add_fault(Position at, std::string text);
    void add_not_built(Position at, std::string text);
    void sort_faults();
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// `serve DIR` wants a config's [server] and no store.
enum class ConfigUse { whole, server_alone };

LoadedConfig read_config(std::string_view text, const std::string& file_name, const Environment& environment,
                         ConfigUse use = ConfigUse::whole);

// Fails only when the file cannot be read; what is wrong inside is in the faults.
Result<LoadedConfig> load_config(const std::string& path, ConfigUse use = ConfigUse::whole);

}  // namespace mirrorseed::app
