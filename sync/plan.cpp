#include "sync/plan.hpp"

#include "core/text.hpp"
#include "sync/index_rank.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {
namespace {

// Is the entry what the catalogue has, as far as the listing can tell?
bool same_facts(const Entry& listed, const Entry& current) {
    return listed.kind == current.kind && listed.mode == current.mode && listed.hidden == current.hidden &&
           listed.mtime == current.mtime && listed.size == current.size && listed.target == current.target;
}

bool differ_in_folder_time_alone(Entry listed, const Entry& current) {
    if (listed.kind != EntryKind::folder) return false;
    listed.mtime = current.mtime;
    return same_facts(listed, current);
}

// A list of checksums may tell another digest than what lies beside it has, and then the sizes may tell.
bool may_be_of_size(const ListedEntry& listed, Bytes size) {
    return listed.sureness.may_be_of_size(size, listed.entry.size);
}

// rsync lists whole seconds, whatever a file has; a file that was adopted has its own time to the nanosecond.
bool may_be_same_time(FileTime listed, FileTime current) {
    return listed == current || (listed.subsecond() == 0 && listed.seconds() == current.seconds());
}

bool same_content(const ListedEntry& listed, const Entry& current) {
    if (listed.entry.kind != EntryKind::file || current.kind != EntryKind::file || !current.digest)
        return false;
    if (listed.entry.digest)
        return *listed.entry.digest == *current.digest && may_be_of_size(listed, current.size);
    return listed.sureness.is_exact() && listed.entry.size == current.size &&
           may_be_same_time(listed.entry.mtime, current.mtime);
}

bool same_by_facts(const ListedEntry& listed, const Entry& current) {
    return listed.entry.kind == EntryKind::file && current.kind == EntryKind::file &&
           listed.sureness.is_exact() && same_size_and_second(listed.entry, current);
}

// What nobody dates is known again by its digest.
bool is_known_by_digest(const ListedEntry& listed) {
    return listed.entry.digest && !listed.sureness.tells_time();
}

bool is_as_it_was(const StagedFile& file, const ListedEntry& listed) {
    const auto& entry = listed.entry;
    if (is_known_by_digest(listed)) return file.digest == *entry.digest && may_be_of_size(listed, file.size);
    return file.size == entry.size && file.mtime == entry.mtime;
}

// Files and links are what people count; folders come and go with them.
bool is_name(const Entry* entry) {
    return entry != nullptr && entry->kind != EntryKind::folder;
}

// A file that becomes empty is lost as one that goes is.
void add_shrunk(Amount& shrunk, Bytes before, Bytes after) {
    if (after >= before) return;
    shrunk.files += after == 0 ? 1 : 0;
    shrunk.bytes += before - after;
}

class Planner {
public:
    Planner(const Listing& listing, const Known& known, Plan& plan)
        : listing_(listing), known_(known), plan_(plan) {}

    void only_listed(Listing::Place place) { wanted(place, listing_.at(place), nullptr); }

    void only_current(std::string_view folder, const NamedEntry& current) {
        count_current(current.entry);
        remove(folder, current);
    }

    void both(Listing::Place place, const NamedEntry& current) {
        count_current(current.entry);
        auto listed = listing_.at(place);
        if (!listed.sureness.is_exact() && same_content(listed, current.entry))
            know_by_digest(listed, current.entry);
        const bool content_here = current.entry.kind != EntryKind::file || is_same(listed, current.entry);
        if (same_facts(listed.entry, current.entry) && content_here) {
            count_wanted(listed.entry);
            return;
        }
        if (differ_in_folder_time_alone(listed.entry, current.entry)) ++plan_.idle;
        if (!content_here) notice_age(place, listed, current.entry);
        const bool is_hidden_now = listed.entry.hidden && !current.entry.hidden;
        if (is_hidden_now && current.entry.kind == EntryKind::file && listed.entry.kind == EntryKind::file)
            plan_.hidden.add(current.entry);
        const bool comes = wanted(place, listed, &current.entry);
        // What was there goes also when something of another kind takes its name.
        if (is_name(&current.entry) && (!comes || current.entry.kind != listed.entry.kind))
            count_removed(current.entry);
        if (is_name(&current.entry) && (!comes || !is_name(&listed.entry))) ++plan_.dropped;
    }

    void finish(const DeleteLimit& limit) {
        plan_.held_reason = held_for_deletions(plan_, shrunk_by(plan_, listing_), limit);
        // Whatever the limit is: an empty disk looks like that, and no release tree.
        if (plan_.held_reason.empty() && plan_.total.files == 0 && plan_.current.files > 0)
            plan_.held_reason =
                fmt::format("the upstream lists no file at all, and the tree has {}", plan_.current.files);
    }

private:
    bool is_same(const ListedEntry& listed, const Entry& current) const {
        return known_.by_facts ? same_by_facts(listed, current) : same_content(listed, current);
    }

    // Its digest says what it is, better than a rounded size or time does, or none.
    static void know_by_digest(ListedEntry& listed, const Entry& current) {
        listed.entry.size = current.size;
        if (!listed.sureness.has_exact_time()) listed.entry.mtime = current.mtime;
        listed.sureness = Sureness::exact;
    }

    // False when the name is not to be had after all.
    bool wanted(Listing::Place place, const ListedEntry& listed, const Entry* current) {
        const auto& entry = listed.entry;
        if (entry.kind == EntryKind::file && is_withdrawn(place, listed)) {
            if (current != nullptr) plan_.remove.push_back({listing_.path_of(place), *current});
            return false;
        }
        if (entry.kind != EntryKind::folder) ++(is_name(current) ? plan_.changed : plan_.added);
        count_wanted(entry);
        const bool was_file = current != nullptr && current->kind == EntryKind::file;
        if (entry.kind == EntryKind::file && !place_content(place, listed, current)) {
            plan_.fetched.add(entry);
            plan_.fetch.push_back({place, was_file, was_file ? current->size : 0});
        } else {
            if (was_file && entry.kind == EntryKind::file)
                add_shrunk(plan_.shrunk, current->size, entry.size);
            plan_.ready.push_back(place);
        }
        return true;
    }

    bool is_withdrawn(Listing::Place place, const ListedEntry& listed) {
        if (known_.withdrawn.empty()) return false;
        const auto path = listing_.path_of(place);
        const auto found = known_.withdrawn.find(path);
        if (found == known_.withdrawn.end() || !is_as_it_was(found->second, listed)) return false;
        plan_.left_out.push_back({path, "its content was withdrawn", found->second});
        return true;
    }

    // Is a file's content here?
    bool place_content(Listing::Place place, const ListedEntry& listed, const Entry* current) {
        if (current != nullptr && is_same(listed, *current)) {
            if (current->digest)
                plan_.sure.push_back({place, listed.entry.size, listed.entry.mtime, current->digest});
            return true;
        }
        const auto& digest = listed.entry.digest;
        const auto size = digest ? known_.blob_size(listing_.path_of(place), *digest) : std::nullopt;
        if (!size || !may_be_of_size(listed, *size)) return false;
        auto entry = listed.entry;
        entry.size = *size;
        if (!listed.sureness.is_exact()) plan_.sure.push_back({place, entry.size, entry.mtime, entry.digest});
        plan_.reused.add(entry);
        return true;
    }

    // What clients read first only ever gets newer, unless the upstream is an older copy.
    void notice_age(Listing::Place place, const ListedEntry& listed, const Entry& current) {
        if (!plan_.backwards.empty() || !listed.sureness.has_exact_time()) return;
        if (listed.entry.kind != EntryKind::file || current.kind != EntryKind::file) return;
        if (listed.entry.mtime >= current.mtime) return;
        const auto path = listing_.path_of(place);
        if (index_rank(path) < IndexRank::root) return;
        plan_.backwards =
            fmt::format("the upstream went backwards: its {} is {} older than ours", escape_text(path.str()),
                        format_duration(std::chrono::seconds(
                            (current.mtime.nanoseconds - listed.entry.mtime.nanoseconds) / 1'000'000'000)));
    }

    void remove(std::string_view folder, const NamedEntry& current) {
        count_removed(current.entry);
        if (is_name(&current.entry)) ++plan_.dropped;
        const auto above = RelPath::parse(folder).value();
        const auto path = above / RelPath::parse_name(current.name).value();
        if (is_name(&current.entry) && (is_index_by_sum(path) || known_.superseded.contains(path)))
            plan_.superseded.add(current.entry);
        plan_.remove.push_back({path, current.entry});
    }

    void count_removed(const Entry& current) {
        plan_.removed.add(current);
        plan_.removed_names += is_name(&current) ? 1 : 0;
    }

    void count_current(const Entry& entry) {
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

Amount shrunk_by(const Plan& plan, const Listing& listing) {
    auto shrunk = plan.shrunk;
    for (const auto& item : plan.fetch) {
        if (!item.replaces) continue;
        const auto listed = listing.at(item.place);
        const auto most = listed.sureness.most_bytes(listed.entry.size);
        if (most) add_shrunk(shrunk, item.size_now, *most);
    }
    return shrunk;
}

std::string held_for_deletions(const Plan& plan, const Amount& shrunk, const DeleteLimit& limit) {
    const auto removed = plan.removed_names - plan.superseded.files;
    const auto names = removed + plan.hidden.files + shrunk.files;
    const auto bytes = plan.removed.bytes - plan.superseded.bytes + plan.hidden.bytes + shrunk.bytes;
    auto what = fmt::format("delete {}", removed);
    if (plan.hidden.files > 0) what += fmt::format(" and hide {}", plan.hidden.files);
    if (shrunk.files > 0) what += fmt::format(" and empty {}", shrunk.files);
    if (!limit.is_share) {
        if (names <= limit.count) return {};
        return fmt::format("it would {} files, and max_delete is {}", what, limit.count);
    }
    const auto share = [](auto part, auto whole) {
        return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    };
    const auto of_names = share(names, plan.current_names), of_bytes = share(bytes, plan.current.bytes);
    if (of_names <= limit.percent && of_bytes <= limit.percent) return {};
    return fmt::format("it would {} of {} files ({:.1f} %) and {}{} of {} ({:.1f} %), and max_delete is {} %",
                       what, plan.current_names, of_names, shrunk.bytes == 0 ? "" : "lose ",
                       format_size(bytes), format_size(plan.current.bytes), of_bytes, limit.percent);
}

bool same_size_and_second(const Entry& a, const Entry& b) {
    return a.size == b.size && a.mtime.seconds() == b.mtime.seconds();
}

void recall_staged(Listing& listing, const StagedFile& file) {
    const auto place = listing.place_of(file.path);
    if (!place) return;
    auto listed = listing.at(*place);
    if (listed.entry.kind != EntryKind::file || !is_as_it_was(file, listed)) return;
    if (!listed.entry.digest) {
        // A name alone does not tell that the file is still the same.
        if (listed.sureness.is_told()) listing.set_digest(*place, file.digest);
        return;
    }
    if (listed.sureness.tells_time()) return;
    listed.entry.size = file.size;
    listed.entry.mtime = file.mtime;
    listing.correct(*place, listed.entry);
}

Plan plan_sync(const Listing& listing, EntrySource& current, const Known& known, const DeleteLimit& limit) {
    Plan plan;
    plan.left_out = listing.left_out();
    Planner planner(listing, known, plan);

    std::string_view row_folder;
    const auto* row = current.next(row_folder);
    const auto advance = [&] { row = current.next(row_folder); };
    Listing::Place at;
    for (const auto& folder : listing.folders()) {
        while (row != nullptr && row_folder < folder.path().str()) {
            planner.only_current(row_folder, *row);
            advance();
        }
        for (at.entry = 0; at.entry < folder.size(); ++at.entry) {
            const auto name = folder.name(at.entry);
            while (row != nullptr && row_folder == folder.path().str() && row->name < name) {
                planner.only_current(row_folder, *row);
                advance();
            }
            if (row != nullptr && row_folder == folder.path().str() && row->name == name) {
                planner.both(at, *row);
                advance();
            } else {
                planner.only_listed(at);
            }
        }
        ++at.folder;
    }
    for (; row != nullptr; advance())
        planner.only_current(row_folder, *row);
    planner.finish(limit);
    return plan;
}

void teach(Listing& listing, const Plan& plan) {
    for (const auto& known : plan.sure) {
        auto entry = listing.at(known.place).entry;
        entry.size = known.size;
        entry.mtime = known.mtime;
        if (known.digest) entry.digest = known.digest;
        listing.correct(known.place, entry);
    }
}

}  // namespace mirrorseed::sync
