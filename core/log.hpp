// What the program tells its operator, on standard error or in a file.
//
// Messages are formatted with fmt. Text from outside must be given as
// outside(text), which escapes it; so neither a log line nor a terminal can be
// forged by the name of a file. Safe from any thread.
#pragma once

#include "core/result.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

inline std::string outside(std::string_view text) {
    return escape_text(text);
}

class Log {
public:
    struct Options {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::text;
        std::string file{};  // empty: standard error
    };
    static Result<Log> open(const Options& options);
    // Says nothing; for tests.
    static Log silent();

    Log(Log&&) noexcept;
    Log& operator=(Log&&) noexcept;
    ~Log();

    // Opens the file again, after something has moved it away.
    void reopen();
    // Goes on in this file, which was opened to append, and closes it in the end.
    void go_on_in(int file);

    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::debug, text, fmt::make_format_args(args...));
    }
    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::info, text, fmt::make_format_args(args...));
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::warning, text, fmt::make_format_args(args...));
    }
    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::error, text, fmt::make_format_args(args...));
    }

private:
    struct Sink;
    explicit Log(std::unique_ptr<Sink> sink);
    void write(LogLevel level, fmt::string_view text, fmt::format_args args) const;
    std::unique_ptr<Sink> sink_;
};

}  // namespace mirrorseed
