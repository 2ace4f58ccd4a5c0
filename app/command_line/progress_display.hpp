// Progress on standard error: a bar on a terminal, a line every few seconds elsewhere.
//
// What a line looks like is decided by pure functions; the display itself is a
// thread that asks for the numbers and draws. Work that takes less than a second
// shows nothing.
#pragma once

#include "core/progress.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed::app {

enum class ProgressStyle { bar, plain, none };

// "auto" is a bar on a terminal and lines elsewhere.
ProgressStyle progress_style(std::string_view option, bool is_terminal);

// How fast it has gone of late, from one look to the next.
class RateMeter {
public:
    // Bytes in a second, smoothed over about five of them.
    double update(Bytes bytes_done, std::chrono::milliseconds since_last);

private:
    Bytes last_ = 0;
    double rate_ = 0;
    bool started_ = false;
};

// One line without its end, at most `width` columns wide where width is not 0.
std::string progress_line(const Progress::View& view, double rate, std::size_t width);

class ProgressDisplay {
public:
    ProgressDisplay(ProgressStyle style, std::function<Progress::View()> look);
    ~ProgressDisplay();  // takes the bar away
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

private:
    struct Drawer;
    std::unique_ptr<Drawer> drawer_;
};

}  // namespace mirrorseed::app
