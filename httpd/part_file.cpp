#include "httpd/part_file.hpp"

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

// Many read along, and one look does for all of them.
constexpr std::int64_t between_looks = 20;

}  // namespace

Bytes may_be_read(PartState state, Bytes here, Bytes size) {
    if (state == PartState::whole) return std::min(here, size);
    return std::min(here, size - std::min(size, kept_back));
}

PartFile::View PartFile::look(Bytes size, Time now) const {
    // What is whole by then is looked at afterwards, so that no stretch of it is missed.
    const auto state = state_.load();
    const auto tick = ticks(now);
    if (state != PartState::comes || tick - looked_ >= between_looks) {
        looked_ = tick;
        const auto facts = facts_of(*file_, "a file that comes");
        if (facts && facts->size > here_) {
            here_ = facts->size;
            grew_ = tick;
        }
    }
    return {state, may_be_read(state, here_, size), std::chrono::milliseconds(tick - grew_)};
}

}  // namespace mirrorseed::httpd
