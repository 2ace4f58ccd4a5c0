#include "core/log.hpp"

#include "core/log_file.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <mutex>

namespace mirrorseed {
namespace {

constexpr mode_t mode_of_log = 0644;

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::off:
            return spdlog::level::off;
    }
    return spdlog::level::info;
}

// The message of a record as a JSON string; spdlog's own pattern would not quote it.
class JsonMessage final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const auto text = boost::json::serialize(
            boost::json::string(as_utf8({message.payload.data(), message.payload.size()})));
        out.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<JsonMessage>(); }
};

class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit DescriptorSink(int file) : file_(file) {}
    ~DescriptorSink() override { ::close(file_); }
    DescriptorSink(const DescriptorSink&) = delete;
    DescriptorSink& operator=(const DescriptorSink&) = delete;

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        for (std::size_t done = 0; done < line.size();) {
            const auto written = ::write(file_, line.data() + done, line.size() - done);
            // A full disk loses lines; there is no other place to tell of it.
            if (written <= 0) return;
            done += static_cast<std::size_t>(written);
        }
    }
    void flush_() override {}

    int file_;
};

std::unique_ptr<spdlog::formatter> formatter_for(LogFormat format) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    if (format == LogFormat::json)
        formatter->add_flag<JsonMessage>('J').set_pattern(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","pid":%P,"message":%J})");
    else
        formatter->set_pattern("%Y-%m-%dT%H:%M:%SZ %l: %v");
    return formatter;
}

}  // namespace

struct Log::Sink {
    Options options;
    std::mutex reopening;
    std::unique_ptr<spdlog::logger> logger;

    // Leaves what is open as it is when the file cannot be opened.
    Status open() {
        if (options.file.empty()) {
            use(std::make_shared<spdlog::sinks::stderr_sink_mt>());
            return {};
        }
        const auto file = open_log_file(options.file, {.mode = mode_of_log, .makes_folders = true});
        if (!file) return file.error();
        use(std::make_shared<DescriptorSink>(*file));
        return {};
    }

    void use(const std::shared_ptr<spdlog::sinks::sink>& target) {
        target->set_formatter(formatter_for(options.format));
        logger = std::make_unique<spdlog::logger>("mirrorseed", target);
        logger->set_level(spdlog_level(options.level));
        logger->flush_on(spdlog::level::debug);
    }
};

Log::Log(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

Result<Log> Log::open(const Options& options) {
    auto sink = std::make_unique<Sink>();
    sink->options = options;
    if (const auto opened = sink->open(); !opened) return Error(Fault::failed, opened.error().text());
    return Log(std::move(sink));
}

Log Log::silent() {
    auto log = open({.level = LogLevel::off});
    return std::move(*log);
}

void Log::reopen() {
    const auto opened = [this] {
        const std::lock_guard lock(sink_->reopening);
        return sink_->open();
    }();
    if (!opened) error("{}; lines go where they went before", outside(opened.error().text()));
}

void Log::go_on_in(int file) {
    const std::lock_guard lock(sink_->reopening);
    sink_->use(std::make_shared<DescriptorSink>(file));
}

void Log::write(LogLevel level, fmt::string_view text, fmt::format_args args) const {
    const std::lock_guard lock(sink_->reopening);
    if (sink_->logger->should_log(spdlog_level(level)))
        sink_->logger->log(spdlog_level(level), fmt::vformat(text, args));
}

}  // namespace mirrorseed
