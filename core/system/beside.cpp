#include "core/system/beside.hpp"

#include <future>

namespace mirrorseed {
namespace {

constexpr std::size_t worth_a_thread = 256 << 10;

void show_to_all(std::span<ByteObserver* const> observers, ByteSpan bytes) {
    for (auto* observer : observers)
        observer->see(bytes);
}

}  // namespace

void beside(std::span<ByteObserver* const> observers, ByteSpan bytes,
            const std::function<void()>& meanwhile) {
    if (observers.empty() || bytes.size() < worth_a_thread) {
        show_to_all(observers, bytes);
        return meanwhile();
    }
    // Where there is no thread to be had it is done by get().
    auto seen =
        std::async(std::launch::async | std::launch::deferred, [&] { show_to_all(observers, bytes); });
    meanwhile();
    seen.get();
}

}  // namespace mirrorseed
