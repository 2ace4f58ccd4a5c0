#include "sync/as_listed.hpp"

namespace mirrorseed::sync {

bool is_as_listed(const FileFacts& facts, const Order& order, TimeStep step) {
    const auto& listed = order.item.entry;
    if (!facts.is_file || !order.sureness.may_be_of_size(facts.size, listed.size)) return false;
    if (!order.sureness.has_exact_time()) return true;
    return step == TimeStep::nanosecond ? facts.mtime == listed.mtime
                                        : facts.mtime.seconds() == listed.mtime.seconds();
}

}  // namespace mirrorseed::sync
