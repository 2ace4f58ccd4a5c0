#include "httpd/tracker/connection_ids.hpp"

#include <cstring>

namespace mirrorseed::httpd::tracker {
namespace {

// Four slots are told apart by two bits of the id, so that one hash is enough to check it. It is good in the
// slot that it is of and in the three after that.
constexpr std::chrono::seconds slot_length(40);
constexpr std::uint64_t slot_bits = 3;

std::uint64_t slot_at(Time now) noexcept {
    return static_cast<std::uint64_t>(now.time_since_epoch() / slot_length);
}

}  // namespace

std::uint64_t ConnectionIds::id_of(const Address& address, std::uint64_t slot) const noexcept {
    std::array<std::uint8_t, sizeof address.bytes + sizeof slot> text;
    std::memcpy(text.data(), address.bytes.data(), address.bytes.size());
    std::memcpy(text.data() + address.bytes.size(), &slot, sizeof slot);
    return (sip_hash(key_, text) & ~slot_bits) | (slot & slot_bits);
}

std::uint64_t ConnectionIds::id_for(const Address& address, Time now) const noexcept {
    return id_of(address, slot_at(now));
}

bool ConnectionIds::is_good(std::uint64_t id, const Address& address, Time now) const noexcept {
    const auto slot = slot_at(now);
    const auto age = (slot - id) & slot_bits;
    return id == id_of(address, slot - age);
}

}  // namespace mirrorseed::httpd::tracker
