// What those who fetch into one store at once have still to write to its disk.
#pragma once

#include "core/progress.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <functional>
#include <list>
#include <mutex>

namespace mirrorseed {

class RoomBook {
    struct Plan {
        Bytes bytes;
        const Progress* progress;
    };

public:
    // Ends when it goes.
    class Booking {
    public:
        Booking() = default;
        Booking(Booking&& other) noexcept;
        Booking& operator=(Booking&& other) noexcept;
        ~Booking();

    private:
        friend class RoomBook;
        Booking(RoomBook* book, std::list<Plan>::iterator at) : book_(book), at_(at) {}
        RoomBook* book_ = nullptr;
        std::list<Plan>::iterator at_{};
    };

    // When `fits` with what the others have still to write. What `progress` counts as done while it
    // fetches is written; it outlives the booking.
    Result<Booking> book(Bytes bytes, const Progress& progress,
                         const std::function<Status(Bytes others)>& fits);

private:
    std::mutex mutex_;
    std::list<Plan> plans_;
};

}  // namespace mirrorseed
