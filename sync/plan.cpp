#include "sync/plan.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {
namespace {

// Is the entry what the catalogue has, as far as the listing can tell?
bool same_facts(const Entry& listed, const Entry& held) {
    return listed.kind == held.kind && listed.mode == held.mode && listed.hidden == held.hidden &&
           listed.mtime == held.mtime && listed.size == held.size && listed.target == held.target;
}

bool differ_in_folder_time_alone(Entry listed, const Entry& held) {
    if (listed.kind != EntryKind::folder) return false;
    listed.mtime = held.mtime;
    return same_facts(listed, held);
}

bool same_content(const Entry& listed, const Entry& held) {
    if (listed.kind != EntryKind::file || held.kind != EntryKind::file || !held.digest) return false;
    if (listed.digest) return *listed.digest == *held.digest;
    return listed.size == held.size && listed.mtime == held.mtime;
}

bool is_staged_as(const StagedFile& staged, const Entry& listed) {
    if (listed.digest) return *listed.digest == staged.digest;
    return staged.size == listed.size && staged.mtime == listed.mtime;
}

const StagedFile* find_as(const std::unordered_map<RelPath, StagedFile>& files, const PathEntry& item) {
    const auto found = files.find(item.path);
    return found != files.end() && is_staged_as(found->second, item.entry) ? &found->second : nullptr;
}

// Files and links are what people count; folders come and go with them.
bool is_name(const Entry* entry) {
    return entry != nullptr && entry->kind != EntryKind::folder;
}

class Planner {
public:
    Planner(const Known& known, Plan& plan) : known_(known), plan_(plan) {}

    void only_listed(const RelPath& folder, const NamedEntry& listed) { wanted(folder, listed, nullptr); }

    void only_held(std::string_view folder, const NamedEntry& held) {
        count_held(held.entry);
        remove(folder, held);
    }

    void both(const RelPath& folder, const NamedEntry& listed, const NamedEntry& held) {
        count_held(held.entry);
        const bool content_here =
            held.entry.kind != EntryKind::file || same_content(listed.entry, held.entry);
        if (same_facts(listed.entry, held.entry) && content_here) {
            count_wanted(listed.entry);
            return;
        }
        if (differ_in_folder_time_alone(listed.entry, held.entry)) ++plan_.idle;
        const bool comes = wanted(folder, listed, &held.entry);
        // What was there goes also when something of another kind takes its name.
        if (is_name(&held.entry) && (!comes || held.entry.kind != listed.entry.kind))
            count_removed(held.entry);
        if (is_name(&held.entry) && (!comes || !is_name(&listed.entry))) ++plan_.dropped;
    }

    void finish(const DeleteLimit& limit) {
        plan_.held_reason =
            held_for_deletions(plan_.removed_names, plan_.current_names, plan_.removed, plan_.current, limit);
    }

private:
    // False when the name is not to be had after all.
    bool wanted(const RelPath& folder, const NamedEntry& listed, const Entry* held) {
        PathEntry item{folder / RelPath::parse_name(listed.name).value(), listed.entry};
        if (item.entry.kind == EntryKind::file) {
            if (const auto* refused = find_as(known_.withdrawn, item)) {
                plan_.left_out.push_back({item.path, "its content was withdrawn", *refused});
                if (held != nullptr) plan_.remove.push_back({item.path, *held});
                return false;
            }
        }
        if (item.entry.kind != EntryKind::folder) ++(is_name(held) ? plan_.changed : plan_.added);
        if (item.entry.kind == EntryKind::file && !place(item, held)) return true;
        count_wanted(item.entry);
        plan_.settle.push_back(std::move(item));
        return true;
    }

    // Finds a file's content here, or plans to fetch it (and answers false).
    bool place(PathEntry& item, const Entry* held) {
        if (held != nullptr && same_content(item.entry, *held)) {
            item.entry.digest = held->digest;
        } else if (const auto* staged = find_as(known_.staged, item)) {
            item.entry.digest = staged->digest;
            plan_.reused.add(item.entry);
        } else if (item.entry.digest && known_.has_blob(*item.entry.digest)) {
            plan_.reused.add(item.entry);
        } else {
            count_wanted(item.entry);
            plan_.fetched.add(item.entry);
            plan_.fetch.push_back(std::move(item));
            return false;
        }
        return true;
    }

    void remove(std::string_view folder, const NamedEntry& held) {
        count_removed(held.entry);
        if (is_name(&held.entry)) ++plan_.dropped;
        const auto above = RelPath::parse(folder).value();
        plan_.remove.push_back({above / RelPath::parse_name(held.name).value(), held.entry});
    }

    void count_removed(const Entry& held) {
        plan_.removed.add(held);
        plan_.removed_names += is_name(&held) ? 1 : 0;
    }

    void count_held(const Entry& entry) {
        plan_.current.add(entry);
        plan_.current_names += entry.kind == EntryKind::folder ? 0 : 1;
    }

    void count_wanted(const Entry& entry) {
        plan_.total.add(entry);
        ++plan_.names;
    }

    const Known& known_;
    Plan& plan_;
};

}  // namespace

std::string held_for_deletions(std::uint64_t removed_names, std::uint64_t current_names,
                               const Amount& removed, const Amount& current, const DeleteLimit& limit) {
    if (!limit.is_share) {
        if (removed_names <= limit.count) return {};
        return fmt::format("it would delete {} files, and max_delete is {}", removed_names, limit.count);
    }
    const auto share = [](auto part, auto whole) {
        return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    };
    const auto of_names = share(removed_names, current_names), of_bytes = share(removed.bytes, current.bytes);
    if (of_names <= limit.percent && of_bytes <= limit.percent) return {};
    return fmt::format(
        "it would delete {} of {} files ({:.1f} %) and {} of {} ({:.1f} %), and max_delete is {} %",
        removed_names, current_names, of_names, format_size(removed.bytes), format_size(current.bytes),
        of_bytes, limit.percent);
}

Plan plan_sync(const Listing& listing, EntrySource& current, const Known& known, const DeleteLimit& limit) {
    Plan plan;
    plan.left_out = listing.left_out();
    Planner planner(known, plan);

    std::string_view held_folder;
    const auto* held = current.next(held_folder);
    const auto advance = [&] { held = current.next(held_folder); };
    for (const auto& folder : listing.folders()) {
        while (held != nullptr && held_folder < folder.path.str()) {
            planner.only_held(held_folder, *held);
            advance();
        }
        for (const auto& listed : folder.entries) {
            while (held != nullptr && held_folder == folder.path.str() && held->name < listed.name) {
                planner.only_held(held_folder, *held);
                advance();
            }
            if (held != nullptr && held_folder == folder.path.str() && held->name == listed.name) {
                planner.both(folder.path, listed, *held);
                advance();
            } else {
                planner.only_listed(folder.path, listed);
            }
        }
    }
    for (; held != nullptr; advance())
        planner.only_held(held_folder, *held);
    planner.finish(limit);
    return plan;
}

}  // namespace mirrorseed::sync
