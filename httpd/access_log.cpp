#include "httpd/access_log.hpp"

#include "core/log_file.hpp"
#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// Most texts need no escaping, and then none of them is copied.
void append_escaped(std::string& out, std::string_view text) {
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        out += text;
        return;
    }
    for (const char c : escape_text(text)) {
        if (c == '"') out += '\\';
        out += c;
    }
}

void append_or_dash(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text.empty() ? "-" : text);
    out += '"';
}

std::string json_text(std::string_view text) {
    return boost::json::serialize(as_utf8(text));
}

// "[21/Nov/2026:09:30:00 +0000]", put together once a second by each thread.
std::string_view time_field(UnixTime time) {
    thread_local UnixTime at = -1;
    thread_local std::string text;
    if (time != at) {
        text = fmt::format("[{:%d/%b/%Y:%H:%M:%S} +0000]", fmt::gmtime(time));
        at = time;
    }
    return text;
}

void append_combined(std::string& out, const AccessEntry& entry) {
    out.append(entry.remote).append(" - - ").append(time_field(entry.time)).append(" ");
    if (entry.method.empty()) {
        out += "\"-\"";
    } else {
        out += '"';
        append_escaped(out, entry.method);
        out += ' ';
        append_escaped(out, entry.target);
        out.append(" ").append(entry.version).append("\"");
    }
    const fmt::format_int status(entry.status), bytes(entry.body_bytes);
    out.append(" ").append(status.data(), status.size());
    out.append(" ").append(bytes.data(), bytes.size()).append(" ");
    append_or_dash(out, entry.referer);
    out += ' ';
    append_or_dash(out, entry.user_agent);
    out += '\n';
}

void append_json(std::string& out, const AccessEntry& entry) {
    fmt::format_to(
        std::back_inserter(out),
        R"({{"time":"{}","remote":{},"method":{},"target":{},"version":{},"status":{},"bytes":{},"completed":{},)"
        R"("seconds":{:.6f},"range":{},"referer":{},"user_agent":{}}})"
        "\n",
        format_iso_time(entry.time), json_text(entry.remote), json_text(entry.method),
        json_text(entry.target), json_text(entry.version), entry.status, entry.body_bytes, entry.completed,
        static_cast<double>(entry.took.count()) / 1e6, json_text(entry.range), json_text(entry.referer),
        json_text(entry.user_agent));
}

// How long lines wait for others, so that one write takes many.
constexpr std::chrono::milliseconds gathering(20);
constexpr std::size_t most_waiting = 64 << 20;

}  // namespace

void append_access(std::string& lines, const AccessEntry& entry, AccessLogFormat format) {
    if (format == AccessLogFormat::json)
        append_json(lines, entry);
    else
        append_combined(lines, entry);
}

struct AccessLog::Writer {
    explicit Writer(Descriptor opened) : file(std::move(opened)), thread([this] { run(); }) {}
    ~Writer() {
        {
            const std::lock_guard lock(mutex);
            ended = true;
        }
        changed.notify_all();
        thread.join();
    }

    void run() {
        std::string writing;
        std::unique_lock lock(mutex);
        while (!ended || !waiting.empty()) {
            sleeping = true;
            changed.wait(lock, [this] { return ended || !waiting.empty(); });
            sleeping = false;
            changed.wait_for(lock, gathering, [this] { return ended; });
            writing.swap(waiting);
            lock.unlock();
            write(writing);
            writing.clear();
            lock.lock();
        }
    }

    void write(const std::string& lines) {
        const std::lock_guard lock(file_mutex);
        // A full disk must not stop the serving, so lines that cannot be written are lost.
        (void)write_all(file, as_bytes(lines), "the access log").has_value();
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::string waiting;
    bool sleeping = false, ended = false;
    std::mutex file_mutex;
    Descriptor file;
    std::thread thread;
};

Result<Descriptor> AccessLog::open(const std::string& path) {
    const auto file = open_log_file(path);
    if (!file) return file.error();
    return Descriptor(*file);
}

AccessLog::AccessLog(Descriptor file, AccessLogFormat format)
    : format_(format), writer_(std::make_unique<Writer>(std::move(file))) {}

AccessLog::~AccessLog() = default;

void AccessLog::add(std::string_view lines) {
    bool wake = false;
    {
        const std::lock_guard lock(writer_->mutex);
        if (writer_->waiting.size() + lines.size() > most_waiting) return;
        writer_->waiting += lines;
        wake = writer_->sleeping;
    }
    if (wake) writer_->changed.notify_one();
}

void AccessLog::go_on_in(Descriptor file) {
    const std::lock_guard lock(writer_->file_mutex);
    writer_->file = std::move(file);
}

}  // namespace mirrorseed::httpd
