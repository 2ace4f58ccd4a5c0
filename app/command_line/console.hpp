// What all commands share: the config they work by, the log, and how they answer.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/job_answer.hpp"
#include "app/config/config_reader.hpp"
#include "core/log.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::app {

// ./mirrorseed.toml, else /etc/mirrorseed/mirrorseed.toml, unless --config names another.
Result<std::string> config_file(const Arguments& arguments);

// The config without a fault; else every fault is printed, and the command ends with status 2.
std::optional<LoadedConfig> usable_config(const Arguments& arguments, ConfigUse use = ConfigUse::whole);

// For commands that a config helps and that need none: the one that was named must be usable, as above; a
// default one that is not there, or not usable, is passed over, and the answer is an empty config.
std::optional<LoadedConfig> config_if_any(const Arguments& arguments);

// By the config's [log] and what the command line overrides.
Result<Log> open_log(const LogConfig& config, const Arguments& arguments);

// From here on all that is said on standard error is lines of JSON, as those of the log. For main, before
// anything is said.
void speak_json();

// "mirrorseed: text" on standard error. Where that cannot be written there is nobody left to tell.
void complain(std::string_view text, LogLevel level = LogLevel::error);

// A line on standard error that tells how far something is.
void tell_progress(std::string_view text);

// Tells why, and ends the command.
Exit give_up(const Error& error, Exit exit = Exit::failed);

// Results on standard output; a failure of the command when they cannot be written.
Exit print_result(std::string_view text);

// The report on standard output, as --json or as text; the notes on standard error.
Exit give(const Arguments& arguments, const JobAnswer& answer);

}  // namespace mirrorseed::app
