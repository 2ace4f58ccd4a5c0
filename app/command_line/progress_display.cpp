#include "app/command_line/progress_display.hpp"

#include "app/command_line/console.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace mirrorseed::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_shown{1000};
constexpr milliseconds bar_every{200};
constexpr milliseconds line_every{5000};

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

std::string bar_of(double share, std::size_t width) {
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
    return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "]";
}

// Cuts whole characters, so that no half of one is left.
std::string cut(std::string text, std::size_t width) {
    if (width == 0 || text.size() <= width) return text;
    while (width > 0 && (static_cast<unsigned char>(text[width]) & 0xC0) == 0x80)
        --width;
    text.resize(width);
    return text;
}

double share_done(const Progress::View& view) {
    const auto share = [](auto part, auto whole) {
        return static_cast<double>(part) / static_cast<double>(whole);
    };
    if (view.bytes_total > 0) return std::min(1.0, share(view.bytes_done, view.bytes_total));
    return view.files_total > 0 ? std::min(1.0, share(view.files_done, view.files_total)) : 0;
}

std::string time_left(const Progress::View& view, double rate) {
    if (rate < 1 || view.bytes_total <= view.bytes_done) return {};
    const auto seconds = static_cast<double>(view.bytes_total - view.bytes_done) / rate;
    return seconds < 1e7 ? ", " + format_duration(std::chrono::seconds(std::lround(seconds))) + " left" : "";
}

}  // namespace

ProgressStyle progress_style(std::string_view option, bool is_terminal) {
    if (option == "none") return ProgressStyle::none;
    if (option == "bar") return ProgressStyle::bar;
    if (option == "plain") return ProgressStyle::plain;
    return is_terminal ? ProgressStyle::bar : ProgressStyle::plain;
}

double RateMeter::update(Bytes bytes_done, milliseconds since_last) {
    const auto seconds = std::max(0.001, static_cast<double>(since_last.count()) / 1000);
    if (bytes_done < last_) started_ = false;  // a new phase counts from nothing
    const auto now = started_ ? static_cast<double>(bytes_done - last_) / seconds : 0;
    const auto weight = std::min(1.0, seconds / 5);
    rate_ = started_ ? rate_ + (now - rate_) * (rate_ == 0 ? 1 : weight) : 0;
    last_ = bytes_done;
    started_ = true;
    return rate_;
}

std::string progress_line(const Progress::View& view, double rate, std::size_t width) {
    std::string line = view.phase;
    if (width >= 60 && (view.files_total > 0 || view.bytes_total > 0))
        line += " " + bar_of(share_done(view), 20);
    if (view.files_total > 0)
        line += fmt::format(" {:.0f} % {} of {} files", share_done(view) * 100, view.files_done,
                            view.files_total);
    else if (view.files_done > 0)
        line += fmt::format(" {} files", view.files_done);
    if (view.bytes_total > 0)
        line += fmt::format(", {} of {}", format_size(view.bytes_done), format_size(view.bytes_total));
    if (rate >= 1) line += fmt::format(", {}", format_rate({static_cast<Bytes>(rate)}));
    line += time_left(view, rate);
    if (!view.current.empty()) line += "  " + escape_text(view.current);
    return cut(std::move(line), width);
}

struct ProgressDisplay::Drawer {
    ProgressStyle style;
    std::function<Progress::View()> look;
    std::mutex mutex{};
    std::condition_variable ended{};
    bool stopping = false;
    bool drawn = false;
    std::thread thread{};

    void run() {
        std::unique_lock lock(mutex);
        RateMeter meter;
        const auto every = style == ProgressStyle::bar ? bar_every : line_every;
        for (auto wait = first_shown; !ended.wait_for(lock, wait, [this] { return stopping; }); wait = every)
            draw(meter, wait);
    }

    void draw(RateMeter& meter, milliseconds since_last) {
        const auto view = look();
        const auto rate = meter.update(view.bytes_done, since_last);
        if (view.phase.empty()) return;
        drawn = true;
        if (style == ProgressStyle::plain) return tell_progress(progress_line(view, rate, 0));
        std::fputs(("\r" + progress_line(view, rate, terminal_width() - 1) + "\x1b[K").c_str(), stderr);
        std::fflush(stderr);
    }
};

ProgressDisplay::ProgressDisplay(ProgressStyle style, std::function<Progress::View()> look) {
    if (style == ProgressStyle::none) return;
    drawer_ = std::unique_ptr<Drawer>(new Drawer{.style = style, .look = std::move(look)});
    drawer_->thread = std::thread([drawer = drawer_.get()] { drawer->run(); });
}

ProgressDisplay::~ProgressDisplay() {
    if (!drawer_) return;
    {
        const std::lock_guard lock(drawer_->mutex);
        drawer_->stopping = true;
    }
    drawer_->ended.notify_all();
    drawer_->thread.join();
    if (drawer_->drawn && drawer_->style == ProgressStyle::bar) std::fputs("\r\x1b[K", stderr);
}

}  // namespace mirrorseed::app
