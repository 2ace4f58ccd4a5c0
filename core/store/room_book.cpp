#include "core/store/room_book.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed {

RoomBook::Booking::Booking(Booking&& other) noexcept
    : book_(std::exchange(other.book_, nullptr)), at_(other.at_) {}

RoomBook::Booking& RoomBook::Booking::operator=(Booking&& other) noexcept {
    std::swap(book_, other.book_);
    std::swap(at_, other.at_);
    return *this;
}

RoomBook::Booking::~Booking() {
    if (book_ == nullptr) return;
    const std::lock_guard lock(book_->mutex_);
    book_->plans_.erase(at_);
}

Result<RoomBook::Booking> RoomBook::book(Bytes bytes, const Progress& progress,
                                         const std::function<Status(Bytes others)>& fits) {
    const std::lock_guard lock(mutex_);
    Bytes others = 0;
    for (const auto& plan : plans_) {
        const auto view = plan.progress->view();
        others += plan.bytes - (view.phase == "fetch" ? std::min(plan.bytes, view.bytes_done) : 0);
    }
    const auto fitting = fits(others);
    if (!fitting) return fitting.error();
    return Booking(this, plans_.insert(plans_.end(), {bytes, &progress}));
}

}  // namespace mirrorseed
