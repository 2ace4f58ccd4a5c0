#include "sync/generation/on_demand_leftovers.hpp"

#include "sync/generation/checkout_order.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime still_wanted_for = 3600;

// In it and in the folders below.
Result<UnixTime> last_written(const Folder& folder) {
    const auto items = folder.items();
    if (!items) return items.error();
    UnixTime last = 0;
    for (const auto& item : *items) {
        last = std::max(last, item.facts.ctime.seconds());
        if (!item.facts.is_folder) continue;
        const auto below = folder.folder(RelPath::parse_name(item.name).value());
        const auto last_below = below ? last_written(*below) : Result<UnixTime>(below.error());
        if (!last_below) return last_below.error();
        last = std::max(last, *last_below);
    }
    return last;
}

}  // namespace

Status remove_on_demand_leftovers(const Folder& store, const RelPath& staging, UnixTime now) {
    const auto folder = store.folder(staging);
    if (!folder) return is_missing(folder.error()) ? Status() : Status(folder.error());
    const auto items = folder->items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto name = RelPath::parse_name(item.name).value();
        const auto below =
            item.facts.is_folder ? folder->folder(name) : Result<Folder>(Error(Fault::failed, ""));
        const auto written = below ? last_written(*below) : Result<UnixTime>(UnixTime{0});
        if (!written) return written.error();
        if (now - std::max(*written, item.facts.ctime.seconds()) <= still_wanted_for) continue;
        const auto removed = folder->remove_tree(name);
        if (!removed) return removed;
    }
    return {};
}

}  // namespace mirrorseed::sync
