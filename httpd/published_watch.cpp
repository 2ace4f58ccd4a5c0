#include "httpd/published_watch.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <chrono>
#include <utility>

namespace mirrorseed::httpd {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks(250);
constexpr std::chrono::seconds kept_for_latecomers(10);

std::string identity_of(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return "none";
    return fmt::format("{}:{}", info.st_dev, info.st_ino);
}

}  // namespace

PublishedWatch::PublishedWatch(std::string catalogue_file) : file_(std::move(catalogue_file)) {}

void PublishedWatch::start() {
    if (looking_for_another_file_.joinable()) return;
    // `recover` puts another file in the place of a damaged one, whose mark nobody changes any more.
    looking_for_another_file_ = std::jthread([this](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, stop, between_looks, [&] { return stop.stop_requested(); }))
            if (identity_of(file_) != identity_) look_again();
    });
}

PublishedWatch::~PublishedWatch() = default;

Holds PublishedWatch::holds_since(std::uint64_t epoch) const noexcept {
    const auto* mark = mark_.load(std::memory_order_acquire);
    const bool level = mark != nullptr && mark->read() == seen_.load(std::memory_order_acquire);
    if (epoch_.load(std::memory_order_acquire) != epoch) return Holds::no;
    return level ? Holds::yes : Holds::unsure;
}

std::uint64_t PublishedWatch::epoch() {
    const std::lock_guard lock(mutex_);
    start();
    const auto* mark = mark_.load(std::memory_order_relaxed);
    if (mark == nullptr || mark->read() != seen_) look_again();
    return epoch_;
}

// The epoch moves before `seen_` does, so nobody takes the old one for level with the new mark.
void PublishedWatch::look_again() {
    const bool another = identity_of(file_) != identity_;
    if (another || (!readable_ && steady_clock::now() - tried_ >= between_looks)) open_anew();
    const auto* mark = mark_.load(std::memory_order_relaxed);
    const auto before = mark != nullptr ? mark->read() : 0;
    auto now = what_is_published();
    if (now != published_ || epoch_ == 0) {
        published_ = std::move(now);
        epoch_.fetch_add(1, std::memory_order_release);
    }
    seen_.store(before, std::memory_order_release);
}

void PublishedWatch::open_anew() {
    readable_ = false;
    mark_ = nullptr;
    identity_ = identity_of(file_);
    tried_ = steady_clock::now();
    if (!opened_.empty() && opened_.back().left == steady_clock::time_point()) opened_.back().left = tried_;
    opened_.remove_if([&](const Opened& one) { return tried_ - one.left > kept_for_latecomers; });
    try {
        auto& opened = opened_.emplace_back(Opened{Catalogue::open_to_read(file_)});
        opened.catalogue.trees().all();  // a first read, which brings the shared memory
        opened.mark = opened.catalogue.commit_mark();
        if (opened.mark) mark_ = &*opened.mark;
        readable_ = true;
    } catch (const CatalogueTrouble&) {
        return;  // what_is_published() tells
    }
}

std::string PublishedWatch::what_is_published() {
    if (!readable_) return identity_ + " unreadable";
    auto text = identity_;
    try {
        auto& catalogue = opened_.back().catalogue;
        for (const auto& tree : catalogue.trees().all())
            text += fmt::format(" {}:{}:{}", tree.id, tree.lineage, tree.generation);
        auto& contents = catalogue.contents();
        return text + fmt::format(" {} {}", contents.withdrawn().size(), contents.revision());
    } catch (const CatalogueTrouble&) {
        readable_ = false;
        mark_ = nullptr;
        return identity_ + " unreadable";
    }
}

}  // namespace mirrorseed::httpd
