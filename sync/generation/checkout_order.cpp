#include "sync/generation/checkout_order.hpp"

#include "sync/index_rank.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mirrorseed::sync {

namespace errc = boost::system::errc;

namespace {

using Kind = CheckoutStep::Kind;

enum class Phase { folders, fresh, changed, removals, folder_removals, dressing };

struct Keyed {
    Phase phase;
    int rank;
    CheckoutStep step;
};

int rank_of(const RelPath& path) {
    return static_cast<int>(index_rank(path));
}

// A link among changed names (such as "stable" or "current") moves readers to what it points at, as a root
// index does.
int rank_of(const RelPath& path, const Entry& entry) {
    return entry.kind == EntryKind::link ? static_cast<int>(IndexRank::root) : rank_of(path);
}

void add_steps(std::vector<Keyed>& steps, const EntryChange& change) {
    if (!change.after) {
        const auto& before = *change.before;
        if (before.kind == EntryKind::folder)
            steps.push_back({Phase::folder_removals, 0, {Kind::remove_folder, change.path, before}});
        else
            steps.push_back({Phase::removals, -rank_of(change.path), {Kind::remove, change.path, before}});
        return;
    }
    const auto& after = *change.after;
    if (after.kind == EntryKind::folder) {
        // Made before its contents also where something else has its name.
        const bool is_there = change.before && change.before->kind == EntryKind::folder;
        if (!is_there) steps.push_back({Phase::folders, 0, {Kind::make_folder, change.path, after}});
        if (is_there && after.hidden && !change.before->hidden)
            steps.push_back({Phase::folders, 0, {Kind::close_folder, change.path, after}});
        steps.push_back({Phase::dressing, 0, {Kind::dress_folder, change.path, after}});
    } else if (!change.before) {
        steps.push_back({Phase::fresh, rank_of(change.path, after), {Kind::show, change.path, after}});
    } else {
        steps.push_back({Phase::changed, rank_of(change.path, after), {Kind::replace, change.path, after}});
    }
}

// What is deeper goes first where folders are removed or given their times, for both are disturbed from
// below.
bool deepest_first(Phase phase) {
    return phase == Phase::folder_removals || phase == Phase::dressing;
}

bool comes_before(const Keyed& a, const Keyed& b) {
    if (a.phase != b.phase) return a.phase < b.phase;
    if (a.rank != b.rank) return a.rank < b.rank;
    return deepest_first(a.phase) ? b.step.path < a.step.path : a.step.path < b.step.path;
}

}  // namespace

void add_folders_above(std::vector<EntryChange>& changes, const FolderLook& look) {
    std::set<RelPath> changed, above;
    for (const auto& change : changes) {
        changed.insert(change.path);
        above.insert(change.path.parent());
    }
    for (const auto& path : above) {
        if (path.is_root() || changed.contains(path)) continue;
        if (auto change = look(path)) changes.push_back(std::move(*change));
    }
}

std::vector<CheckoutStep> order_checkout(const std::vector<EntryChange>& changes) {
    std::vector<Keyed> keyed;
    keyed.reserve(changes.size());
    for (const auto& change : changes)
        if (change.before || change.after) add_steps(keyed, change);
    std::stable_sort(keyed.begin(), keyed.end(), comes_before);
    std::vector<CheckoutStep> steps;
    steps.reserve(keyed.size());
    for (auto& item : keyed)
        steps.push_back(std::move(item.step));
    return steps;
}

std::uint32_t mode_while_filled(const Entry& folder) noexcept {
    return folder.hidden ? 0700 : 0755;
}

bool is_missing(const Error& error) {
    return error.is(errc::no_such_file_or_directory) || error.is(errc::not_a_directory) ||
           error.is(errc::too_many_symbolic_link_levels);
}

bool is_of_the_disk(const Error& error) {
    return error.is_full_disk() || error.is(errc::read_only_file_system) || error.is(errc::io_error);
}

}  // namespace mirrorseed::sync
