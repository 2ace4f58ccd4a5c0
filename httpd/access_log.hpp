// One line for each request, in Apache's combined form or as JSON. Used from the server's thread alone.
#pragma once

#include "core/clock.hpp"
#include "core/folder.hpp"
#include "core/units.hpp"

#include <chrono>
#include <string>

namespace mirrorseed::httpd {

enum class AccessLogFormat { combined, json };

struct AccessEntry {
    UnixTime time = 0;
    std::string remote{}, method{}, target{}, version{}, referer{}, user_agent{}, range{};
    unsigned status = 0;
    Bytes body_bytes = 0;  // that were really sent
    std::chrono::microseconds took{0};
};

// With its line end. Text from outside is escaped, so one request is one line.
std::string format_access(const AccessEntry& entry, AccessLogFormat format);

class AccessLog {
public:
    // Keeps nothing.
    AccessLog() = default;
    static Result<AccessLog> open(std::string path, AccessLogFormat format);

    void write(const AccessEntry& entry);
    // After something has moved the file away. The old one stays in use when this fails.
    Status reopen();

private:
    std::string path_;
    AccessLogFormat format_ = AccessLogFormat::combined;
    Descriptor file_;
};

}  // namespace mirrorseed::httpd
