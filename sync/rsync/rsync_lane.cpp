#include "sync/rsync/rsync_lane.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

RelPath name_of(const char* what, unsigned number) {
    return RelPath::parse_name(what + std::to_string(number)).value();
}

// Nothing where there is nothing.
Status remove_tree(const Folder& folder, const RelPath& name) {
    const auto removed = folder.remove_tree(name);
    if (removed || removed.error().is(errc::no_such_file_or_directory)) return {};
    return removed;
}

}  // namespace

RsyncLane::RsyncLane(const RsyncProgram& program, const Manners& manners, Ways ways, Orders& orders,
                     Progress& progress)
    : shop_{.program = program,
            .manners = manners,
            .orders = orders,
            .progress = progress,
            .trusts_names = ways.trusts_names,
            .work = name_of("rsync-", ways.number),
            .left = RelPath::parse_name("left").value(),
            .basis = name_of("basis-", ways.number)} {}

void RsyncLane::run() {
    for (;;) {
        auto taken = shop_.orders.take(RsyncRun::most_files, RsyncRun::most_bytes);
        if (taken.empty()) break;
        // Telling of progress costs rsync as much for every file as fetching a small one does, so those that
        // are large come in a run of their own.
        const auto large_ones = std::stable_partition(taken.begin(), taken.end(), [](const Order* order) {
            return order->item.entry.size < RsyncRun::large;
        });
        const std::vector<Order*> first(taken.begin(), large_ones), second(large_ones, taken.end());
        for (const auto* some : {&first, &second}) {
            const auto done = some->empty() ? Status() : bring(*some);
            if (!done) return shop_.orders.give_up(done.error());
        }
    }
    if (!shop_.progress.stop_requested()) (void)clear(Parts::drop).has_value();
}

Status RsyncLane::bring(const std::vector<Order*>& taken) {
    // A process that was killed leaves what it was at. Of an earlier batch the parts are kept already.
    const auto cleared = clear(std::exchange(is_first_, false) ? Parts::keep : Parts::drop);
    if (!cleared) return cleared;
    auto folder = shop_.orders.staging().make_folder(shop_.work, 0700);
    if (!folder) return folder.error();
    RsyncRun run(shop_, std::move(*folder), taken);
    const auto prepared = run.prepare();
    return prepared ? run.tell_missing(run.fetch()) : prepared;
}

// Those that are there already stay: they may be wanted by a later batch. A part that cannot be kept costs a
// transfer and nothing else.
Status RsyncLane::keep_parts(const Folder& folder, const RelPath& path) {
    const auto& staging = shop_.orders.staging();
    const auto items = folder.items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto name = RelPath::parse_name(item.name).value();
        if (item.facts.is_folder) {
            const auto below = folder.folder(name);
            if (!below) return below.error();
            const auto kept = keep_parts(*below, path / name);
            if (!kept) return kept;
        } else if (item.facts.is_file && item.facts.size >= RsyncRun::least_part &&
                   staging.make_folder(shop_.left / path, 0700)) {
            (void)folder.rename(name, staging, shop_.left / path / name).has_value();
        }
    }
    return {};
}

Status RsyncLane::clear(Parts parts) {
    const auto& staging = shop_.orders.staging();
    if (parts == Parts::keep && staging.facts(shop_.work)) {
        const auto work = staging.folder(shop_.work);
        const auto kept = work ? keep_parts(*work, RelPath()) : Status(work.error());
        if (!kept) return kept;
    }
    const auto removed = remove_tree(staging, shop_.work);
    return removed ? remove_tree(staging, shop_.basis) : removed;
}

}  // namespace mirrorseed::sync
