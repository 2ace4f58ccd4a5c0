#include "httpd/metrics.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using Counter = std::atomic<std::uint64_t>;

class Text {
public:
    void add(std::string_view name, std::string_view type, std::string_view help) {
        text_ += fmt::format("# HELP mirrorseed_{} {}\n# TYPE mirrorseed_{} {}\n", name, help, name, type);
    }
    void value(std::string_view name, std::uint64_t value, std::string_view labels = {}) {
        text_ += fmt::format("mirrorseed_{}{} {}\n", name, labels, value);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

}  // namespace

std::string metrics_text(const std::vector<const Counters*>& loops, std::size_t clients) {
    const auto sum = [&](const auto& counter_of) {
        std::uint64_t all = 0;
        for (const auto* counters : loops)
            all += counter_of(*counters).load(std::memory_order_relaxed);
        return all;
    };
    Text text;
    const auto add = [&](std::string_view name, std::string_view type, std::string_view help,
                         Counter Counters::*counter) {
        text.add(name, type, help);
        text.value(name, sum([=](const Counters& counters) -> const Counter& { return counters.*counter; }));
    };
    add("connections", "gauge", "Connections that are open.", &Counters::open);
    text.add("clients", "gauge", "Clients that are connected.");
    text.value("clients", clients);
    add("connections_accepted_total", "counter", "Connections since the start.", &Counters::accepted);
    add("connections_kept_waiting_total", "counter", "Connections beyond their client's limit.",
        &Counters::kept_waiting);
    text.add("answers_total", "counter", "Answers by the first digit of their status.");
    for (std::size_t digit = 1; digit < 6; ++digit) {
        const auto of_digit = [=](const Counters& counters) -> const Counter& {
            return counters.answers[digit];
        };
        text.value("answers_total", sum(of_digit), fmt::format("{{status=\"{}xx\"}}", digit));
    }
    add("answers_broken_off_total", "counter", "Answers whose last byte was never sent.",
        &Counters::broken_off);
    add("sent_bytes_total", "counter", "Bytes sent, heads included.", &Counters::bytes_sent);
    add("cache_hits_total", "counter", "Requests that were answered without a look-up.",
        &Counters::cache_hits);
    add("cache_misses_total", "counter", "Requests that needed a look-up.", &Counters::cache_misses);
    add("look_ups_total", "counter", "Look-ups, which requests at the same time share.", &Counters::look_ups);
    return text.take();
}

std::string helper_metrics(const Helpers& helpers, std::size_t open_files) {
    using Load = BlockingPool::Load;
    const std::array pools{std::pair("look_ups", helpers.look_ups.load()),
                           std::pair("disk_readers", helpers.disk_readers.load()),
                           std::pair("status", helpers.status.load())};
    Text text;
    const auto add = [&](std::string_view name, std::string_view help, std::size_t Load::*number) {
        text.add(name, "gauge", help);
        for (const auto& [pool, load] : pools)
            text.value(name, load.*number, fmt::format("{{pool=\"{}\"}}", pool));
    };
    add("helper_threads", "Threads that wait so that event loops need not.", &Load::threads);
    add("helper_threads_busy", "Of these, those that are at work.", &Load::busy);
    add("helper_queue", "What waits for such a thread.", &Load::waiting);
    text.add("open_files", "gauge", "Files that are open to be sent, each once.");
    text.value("open_files", open_files);
    return text.take();
}

}  // namespace mirrorseed::httpd
