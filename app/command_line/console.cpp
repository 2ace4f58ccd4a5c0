#include "app/command_line/console.hpp"

#include "app/command_line/report_text.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <boost/json/serialize.hpp>

#include <cstdio>

namespace mirrorseed::app {
namespace {

constexpr const char* here = "mirrorseed.toml";
constexpr const char* system_wide = "/etc/mirrorseed/mirrorseed.toml";

// What is said beside a log that is JSON; nothing where people are spoken to.
std::optional<Log> json_lines;

}  // namespace

Result<std::string> config_file(const Arguments& arguments) {
    if (const auto named = arguments.value("config")) return *named;
    for (const auto* path : {here, system_wide})
        if (::access(path, F_OK) == 0) return std::string(path);
    return Error(Fault::not_found,
                 fmt::format("there is no config: neither ./{} nor {} exists; `mirrorseed init` "
                             "makes one, or name it with --config",
                             here, system_wide));
}

std::optional<LoadedConfig> usable_config(const Arguments& arguments, ConfigUse use) {
    const auto file = config_file(arguments);
    auto loaded = file ? load_config(*file, use) : Result<LoadedConfig>(file.error());
    if (!loaded) {
        complain(escape_text(loaded.error().text()));
        return std::nullopt;
    }
    for (const auto& fault : loaded->faults)
        complain(format_fault(fault));
    if (!loaded->good()) return std::nullopt;
    return std::move(*loaded);
}

std::optional<LoadedConfig> config_if_any(const Arguments& arguments) {
    if (arguments.has("config")) return usable_config(arguments);
    const auto file = config_file(arguments);
    auto loaded = file ? load_config(*file, ConfigUse::whole) : Result<LoadedConfig>(file.error());
    if (!loaded || !loaded->good()) return LoadedConfig{};
    return std::move(*loaded);
}

Result<Log> open_log(const LogConfig& config, const Arguments& arguments) {
    Log::Options options{.level = config.level, .format = config.format, .file = config.file};
    if (arguments.has("verbose")) options.level = LogLevel::debug;
    if (arguments.has("quiet")) options.level = LogLevel::error;
    if (const auto format = arguments.value("log-format"))
        options.format = *format == "json" ? LogFormat::json : LogFormat::text;
    return Log::open(options);
}

void speak_json() {
    auto log = Log::open({.level = LogLevel::info, .format = LogFormat::json, .file = {}});
    if (log) json_lines.emplace(std::move(*log));
}

void complain(std::string_view text, LogLevel level) {
    if (!json_lines)
        std::fputs(fmt::format("mirrorseed: {}\n", text).c_str(), stderr);
    else if (level == LogLevel::info)
        json_lines->info("{}", text);
    else if (level == LogLevel::warning)
        json_lines->warning("{}", text);
    else
        json_lines->error("{}", text);
}

void tell_progress(std::string_view text) {
    if (json_lines) return json_lines->info("{}", text);
    std::fputs(fmt::format("{}\n", text).c_str(), stderr);
    std::fflush(stderr);
}

Exit give_up(const Error& error, Exit exit) {
    complain(error.text());
    return exit;
}

Exit print_result(std::string_view text) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (written) return Exit::done;
    complain(Error::last_system_error("cannot write to standard output").text());
    return Exit::failed;
}

Exit give(const Arguments& arguments, const JobAnswer& answer) {
    auto printed = Exit::done;
    if (arguments.has("json"))
        printed = print_result(boost::json::serialize(answer.report) + "\n");
    else if (!arguments.has("quiet"))
        printed = print_result(report_text(arguments.name(), answer.report));
    const auto level = answer.exit == Exit::done ? LogLevel::warning : LogLevel::error;
    for (const auto& note : answer.notes)
        complain(escape_text(note), level);
    return printed == Exit::done ? answer.exit : printed;
}

}  // namespace mirrorseed::app
