#include "httpd/access_log.hpp"

#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <utility>

namespace mirrorseed::httpd {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : escape_text(text))
        out.append(c == '"' ? "\\\"" : std::string(1, c));
    return out + "\"";
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "\"-\"" : quoted(text);
}

std::string json_text(std::string_view text) {
    return boost::json::serialize(as_utf8(text));
}

std::string combined(const AccessEntry& entry) {
    const auto line = entry.method.empty() ? "-" : entry.method + " " + entry.target + " " + entry.version;
    return fmt::format("{} - - [{:%d/%b/%Y:%H:%M:%S} +0000] {} {} {} {} {}\n", entry.remote,
                       fmt::gmtime(entry.time), quoted(line), entry.status, entry.body_bytes,
                       or_dash(entry.referer), or_dash(entry.user_agent));
}

std::string json(const AccessEntry& entry) {
    return fmt::format(
        R"({{"time":"{}","remote":{},"method":{},"target":{},"version":{},"status":{},"bytes":{},"seconds":{:.6f},)"
        R"("range":{},"referer":{},"user_agent":{}}})"
        "\n",
        format_iso_time(entry.time), json_text(entry.remote), json_text(entry.method),
        json_text(entry.target), json_text(entry.version), entry.status, entry.body_bytes,
        static_cast<double>(entry.took.count()) / 1e6, json_text(entry.range), json_text(entry.referer),
        json_text(entry.user_agent));
}

Result<Descriptor> open_to_append(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (!file.is_open()) return Error::last_system_error("cannot open the access log " + path);
    return file;
}

}  // namespace

std::string format_access(const AccessEntry& entry, AccessLogFormat format) {
    return format == AccessLogFormat::json ? json(entry) : combined(entry);
}

Result<AccessLog> AccessLog::open(std::string path, AccessLogFormat format) {
    AccessLog log;
    log.path_ = std::move(path);
    log.format_ = format;
    const auto opened = log.reopen();
    if (!opened) return opened.error();
    return log;
}

void AccessLog::write(const AccessEntry& entry) {
    if (!file_.is_open()) return;
    // A full disk must not stop the serving, so a line that cannot be written is lost.
    (void)write_all(file_, as_bytes(format_access(entry, format_)), path_).has_value();
}

Status AccessLog::reopen() {
    if (path_.empty()) return {};
    auto file = open_to_append(path_);
    if (!file) return file.error();
    file_ = std::move(*file);
    return {};
}

}  // namespace mirrorseed::httpd
