// One line for each request, in Apache's combined form or as JSON.
//
// Event loops hand their lines over and never wait for the disk: a thread of the
// log's own writes them, a few milliseconds later and many at a time.
#pragma once

#include "core/clock.hpp"
#include "core/system/folder.hpp"
#include "core/units.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

enum class AccessLogFormat { combined, json };

struct AccessEntry {
    UnixTime time = 0;
    std::string_view remote{}, method{}, target{}, version{}, referer{}, user_agent{}, range{};
    unsigned status = 0;
    Bytes body_bytes = 0;  // that were really sent
    bool completed = true;
    std::chrono::microseconds took{0};
};

// With its line end. Text from outside is escaped, so one request is one line.
void append_access(std::string& lines, const AccessEntry& entry, AccessLogFormat format);

class AccessLog {
public:
    static Result<Descriptor> open(const std::string& path);
    // Starts the thread.
    AccessLog(Descriptor file, AccessLogFormat format);
    ~AccessLog();  // writes what was handed over
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    AccessLogFormat format() const noexcept { return format_; }
    // From any thread. When the disk does not keep up with many millions of bytes, lines are lost.
    void add(std::string_view lines);
    // Goes on in this one, which was opened to append, after something has moved the file away.
    void go_on_in(Descriptor file);

private:
    struct Writer;
    AccessLogFormat format_;
    std::unique_ptr<Writer> writer_;
};

}  // namespace mirrorseed::httpd
