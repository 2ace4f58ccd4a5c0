#include "sync/plan.hpp"

#include "core/text.hpp"
#include "sync/index_rank.hpp"

#include <fmt/format.h>

#include <algorithm>

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

// A list of checksums may tell another digest than what lies beside it has, and then the sizes may tell.
bool may_be_of_size(const ListedEntry& listed, Bytes size) {
    const auto known = listed.entry.size;
    if (listed.sureness == Sureness::none) return true;
    const auto doubt = listed.sureness == Sureness::exact ? 0 : size_doubt(known);
    return size >= known - std::min(known, doubt) && size <= known + doubt;
}

bool same_content(const ListedEntry& listed, const Entry& held) {
    if (listed.entry.kind != EntryKind::file || held.kind != EntryKind::file || !held.digest) return false;
    if (listed.entry.digest) return *listed.entry.digest == *held.digest && may_be_of_size(listed, held.size);
    return listed.sureness == Sureness::exact && listed.entry.size == held.size &&
           listed.entry.mtime == held.mtime;
}

bool same_by_facts(const ListedEntry& listed, const Entry& held) {
    return listed.entry.kind == EntryKind::file && held.kind == EntryKind::file &&
           listed.sureness == Sureness::exact && same_size_and_second(listed.entry, held);
}

bool is_as_it_was(const StagedFile& file, const Entry& listed) {
    return file.size == listed.size && file.mtime == listed.mtime;
}

// Files and links are what people count; folders come and go with them.
bool is_name(const Entry* entry) {
    return entry != nullptr && entry->kind != EntryKind::folder;
}

class Planner {
public:
    Planner(const Listing& listing, const Known& known, Plan& plan)
        : listing_(listing), known_(known), plan_(plan) {}

    void only_listed(Listing::Place place) { wanted(place, listing_.at(place), nullptr); }

    void only_held(std::string_view folder, const NamedEntry& held) {
        count_held(held.entry);
        remove(folder, held);
    }

    void both(Listing::Place place, const NamedEntry& held) {
        count_held(held.entry);
        auto listed = listing_.at(place);
        if (listed.sureness != Sureness::exact && same_content(listed, held.entry)) {
            // Its digest says what it is, better than a rounded size and time do.
            listed.entry.size = held.entry.size;
            listed.entry.mtime = held.entry.mtime;
            listed.sureness = Sureness::exact;
        }
        const bool content_here = held.entry.kind != EntryKind::file || is_same(listed, held.entry);
        if (same_facts(listed.entry, held.entry) && content_here) {
            count_wanted(listed.entry);
            return;
        }
        if (differ_in_folder_time_alone(listed.entry, held.entry)) ++plan_.idle;
        if (!content_here) notice_age(place, listed, held.entry);
        const bool comes = wanted(place, listed, &held.entry);
        // What was there goes also when something of another kind takes its name.
        if (is_name(&held.entry) && (!comes || held.entry.kind != listed.entry.kind))
            count_removed(held.entry);
        if (is_name(&held.entry) && (!comes || !is_name(&listed.entry))) ++plan_.dropped;
    }

    void finish(const DeleteLimit& limit) {
        plan_.held_reason =
            held_for_deletions(plan_.removed_names, plan_.current_names, plan_.removed, plan_.current, limit);
        // Whatever the limit is: an empty disk looks like that, and no release tree.
        if (plan_.held_reason.empty() && plan_.total.files == 0 && plan_.current.files > 0)
            plan_.held_reason =
                fmt::format("the upstream lists no file at all, and {} are held", plan_.current.files);
    }

private:
    bool is_same(const ListedEntry& listed, const Entry& held) const {
        return known_.by_facts ? same_by_facts(listed, held) : same_content(listed, held);
    }

    // False when the name is not to be had after all.
    bool wanted(Listing::Place place, const ListedEntry& listed, const Entry* held) {
        const auto& entry = listed.entry;
        if (entry.kind == EntryKind::file && is_withdrawn(place, entry)) {
            if (held != nullptr) plan_.remove.push_back({listing_.path_of(place), *held});
            return false;
        }
        if (entry.kind != EntryKind::folder) ++(is_name(held) ? plan_.changed : plan_.added);
        count_wanted(entry);
        if (entry.kind == EntryKind::file && !place_content(place, listed, held)) {
            plan_.fetched.add(entry);
            plan_.fetch.push_back({place, held != nullptr && held->kind == EntryKind::file});
        } else {
            plan_.settle.push_back(place);
        }
        return true;
    }

    bool is_withdrawn(Listing::Place place, const Entry& entry) {
        if (known_.withdrawn.empty()) return false;
        const auto path = listing_.path_of(place);
        const auto found = known_.withdrawn.find(path);
        if (found == known_.withdrawn.end() || !is_as_it_was(found->second, entry)) return false;
        plan_.left_out.push_back({path, "its content was withdrawn", found->second});
        return true;
    }

    // Is a file's content here?
    bool place_content(Listing::Place place, const ListedEntry& listed, const Entry* held) {
        if (held != nullptr && is_same(listed, *held)) {
            if (held->digest)
                plan_.sure.push_back({place, listed.entry.size, listed.entry.mtime, held->digest});
            return true;
        }
        const auto size = listed.entry.digest ? known_.blob_size(*listed.entry.digest) : std::nullopt;
        if (!size || !may_be_of_size(listed, *size)) return false;
        auto entry = listed.entry;
        entry.size = *size;
        if (listed.sureness != Sureness::exact)
            plan_.sure.push_back({place, entry.size, entry.mtime, entry.digest});
        plan_.reused.add(entry);
        return true;
    }

    // What clients read first only ever gets newer, unless the upstream is an older copy.
    void notice_age(Listing::Place place, const ListedEntry& listed, const Entry& held) {
        if (!plan_.backwards.empty() || listed.sureness != Sureness::exact) return;
        if (listed.entry.kind != EntryKind::file || held.kind != EntryKind::file) return;
        if (listed.entry.mtime >= held.mtime) return;
        const auto path = listing_.path_of(place);
        if (index_rank(path) < IndexRank::root) return;
        plan_.backwards =
            fmt::format("the upstream went backwards: its {} is {} older than ours", escape_text(path.str()),
                        format_duration(std::chrono::seconds(
                            (held.mtime.nanoseconds - listed.entry.mtime.nanoseconds) / 1'000'000'000)));
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

    const Listing& listing_;
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

bool same_size_and_second(const Entry& a, const Entry& b) {
    return a.size == b.size && a.mtime.seconds() == b.mtime.seconds();
}

void recall_staged(Listing& listing, const StagedFile& file) {
    const auto place = listing.place_of(file.path);
    if (!place) return;
    const auto listed = listing.at(*place);
    if (listed.entry.kind == EntryKind::file && !listed.entry.digest && is_as_it_was(file, listed.entry))
        listing.set_digest(*place, file.digest);
}

Plan plan_sync(const Listing& listing, EntrySource& current, const Known& known, const DeleteLimit& limit) {
    Plan plan;
    plan.left_out = listing.left_out();
    Planner planner(listing, known, plan);

    std::string_view held_folder;
    const auto* held = current.next(held_folder);
    const auto advance = [&] { held = current.next(held_folder); };
    Listing::Place at;
    for (const auto& folder : listing.folders()) {
        while (held != nullptr && held_folder < folder.path().str()) {
            planner.only_held(held_folder, *held);
            advance();
        }
        for (at.entry = 0; at.entry < folder.size(); ++at.entry) {
            const auto name = folder.name(at.entry);
            while (held != nullptr && held_folder == folder.path().str() && held->name < name) {
                planner.only_held(held_folder, *held);
                advance();
            }
            if (held != nullptr && held_folder == folder.path().str() && held->name == name) {
                planner.both(at, *held);
                advance();
            } else {
                planner.only_listed(at);
            }
        }
        ++at.folder;
    }
    for (; held != nullptr; advance())
        planner.only_held(held_folder, *held);
    planner.finish(limit);
    return plan;
}

void teach(Listing& listing, const Plan& plan) {
    for (const auto& known : plan.sure) {
        auto entry = listing.at(known.place).entry;
        entry.size = known.size;
        entry.mtime = known.mtime;
        if (known.digest) entry.digest = known.digest;
        listing.settle(known.place, entry);
    }
}

}  // namespace mirrorseed::sync
