#include "core/progress.hpp"

#include <condition_variable>
#include <iterator>

namespace mirrorseed {

Progress::Progress(Progress& whole) : whole_(&whole) {
    with_whole_.emplace(whole.stop_token(), [this] { request_stop(); });
    const std::lock_guard lock(whole.names_);
    whole.parts_.push_back(this);
}

Progress::~Progress() {
    if (whole_ == nullptr) return;
    with_whole_.reset();
    const std::lock_guard lock(whole_->names_);
    std::erase(whole_->parts_, this);
}

void Progress::start(const std::string& phase, std::uint64_t files_total, Bytes bytes_total) {
    const std::lock_guard lock(names_);
    phase_ = phase;
    current_.clear();
    files_done_ = 0;
    files_total_ = files_total;
    bytes_done_ = 0;
    bytes_total_ = bytes_total;
}

void Progress::at(std::string_view current) {
    const std::lock_guard lock(names_);
    current_ = current;
}

void Progress::about(std::string_view subject) {
    const std::lock_guard lock(names_);
    subject_ = subject;
}

void Progress::when_stopped(std::string_view consequence) {
    const std::lock_guard lock(names_);
    when_stopped_ = consequence;
}

std::string Progress::subject() const {
    const std::lock_guard lock(names_);
    return parts_.empty() ? subject_ : parts_.front()->subject();
}

Progress::View Progress::view() const {
    const std::lock_guard lock(names_);
    if (parts_.empty()) return {phase_, current_, files_done_, files_total_, bytes_done_, bytes_total_};
    auto sum = parts_.front()->view();
    for (auto part = std::next(parts_.begin()); part != parts_.end(); ++part) {
        const auto view = (*part)->view();
        sum.files_done += view.files_done;
        sum.files_total += view.files_total;
        sum.bytes_done += view.bytes_done;
        sum.bytes_total += view.bytes_total;
    }
    return sum;
}

std::vector<std::pair<std::string, Progress::View>> Progress::views() const {
    {
        const std::lock_guard lock(names_);
        std::vector<std::pair<std::string, View>> views;
        for (const auto* part : parts_)
            views.emplace_back(part->subject(), part->view());
        if (!views.empty()) return views;
    }
    return {{subject(), view()}};
}

Status Progress::rest(std::chrono::milliseconds time) const {
    std::mutex mutex;
    std::condition_variable_any nobody;
    std::unique_lock lock(mutex);
    nobody.wait_for(lock, stop_.get_token(), time, [] { return false; });
    return go_on();
}

Status Progress::go_on() const {
    if (!stop_requested()) return {};
    const std::lock_guard lock(names_);
    return Error(Fault::refused, "stopped; " + when_stopped_);
}

}  // namespace mirrorseed
