#include "sync/one_off/one_off.hpp"

#include "core/text.hpp"
#include "sync/one_off/folder_fetch.hpp"
#include "sync/one_off/folder_landing.hpp"
#include "sync/one_off/folder_update.hpp"
#include "sync/one_off/partial_folder.hpp"
#include "sync/one_off/sorted_places.hpp"
#include "sync/one_off/told_once.hpp"
#include "sync/run/listing_rounds.hpp"
#include "sync/run/open_upstream.hpp"
#include "sync/run/tree_markers.hpp"

#include <sys/stat.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;
using Kind = CheckoutStep::Kind;

constexpr DeleteLimit no_limit{.is_share = true, .percent = 100, .count = 0};

bool contains(const std::filesystem::path& outer, const std::filesystem::path& inner) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

// A mirror inside of what it mirrors would grow with every run.
Status check_places(const OneOff& wish) {
    constexpr std::string_view scheme = "file://";
    if (!wish.upstream.starts_with(scheme)) return {};
    const auto path = percent_decode(wish.upstream.substr(scheme.size()));
    if (!path) return path.error();
    // What cannot be looked at cannot be opened either, and is told of then.
    std::error_code trouble;
    const auto from = std::filesystem::weakly_canonical(*path + "/.", trouble).lexically_normal();
    const auto to = std::filesystem::weakly_canonical(wish.folder + "/.", trouble).lexically_normal();
    if (trouble || (!contains(from, to) && !contains(to, from))) return {};
    return Error(Fault::refused, "one of " + *path + " and " + wish.folder + " lies inside the other");
}

Result<Folder> open_or_make(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) < 0 && errno != EEXIST)
        return Error::last_system_error("cannot make the folder " + path);
    return Folder::open(path);
}

Plan plan_against(Listing& listing, const CurrentFolder& current, Deletes deletes) {
    Known known;
    known.by_facts = true;
    CurrentSource source(current, listing);
    auto plan = plan_sync(listing, source, known, no_limit);
    if (deletes == Deletes::yes) return plan;
    plan.remove.clear();
    plan.removed = {};
    return plan;
}

Amount amount_of(const Listing& listing, const std::vector<Plan::Fetch>& items) {
    Amount sum;
    for (const auto& item : items)
        sum.add(listing.at(item.place).entry);
    return sum;
}

class OneOffRun {
public:
    OneOffRun(const OneOff& wish, Progress& progress) : wish_(wish), progress_(progress) {
        result_.tree = wish.folder;
    }

    SyncResult run() {
        const auto started = std::chrono::steady_clock::now();
        const auto done = mirror();
        if (!done) {
            result_.outcome = Outcome::failed;
            result_.error = done.error();
        }
        result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        return std::move(result_);
    }

private:
    Status mirror() {
        const auto placed = check_places(wish_);
        if (!placed) return placed;
        const auto upstream = open_upstream(wish_.upstream, wish_.manners);
        if (!upstream) return upstream.error();
        result_.upstream = (*upstream)->name();
        const auto round = [&](bool is_last) -> Result<bool> {
            auto listing = list(**upstream);
            if (!listing) return listing.error();
            return wish_.dry_run ? plan_alone(**upstream, *listing) : bring(**upstream, *listing, is_last);
        };
        return in_rounds(round, wish_.rest_between_listings, progress_);
    }

    Result<Listing> list(Upstream& upstream) {
        progress_.start("list");
        auto listing = upstream.list(wish_.selection, progress_);
        if (!listing) return listing;
        const auto quiet = honour_markers(
            *listing, [](const RelPath&) { return std::nullopt; }, 0);
        if (!quiet) return quiet.error();
        return listing;
    }

    void tell(const Plan& plan) {
        result_.fetch = plan.fetched;
        result_.remove = plan.removed;
        result_.total = plan.total;
        result_.left_out = plan.left_out;
        // Nothing at all is what a wrong path or a broken server looks like.
        if (plan.total.files == 0 && !plan.remove.empty())
            result_.held_reason = "the upstream has no files, so nothing is deleted";
    }

    Result<bool> plan_alone(Upstream& upstream, Listing& listing) {
        CurrentFolder current;
        const auto folder = Folder::open(wish_.folder);
        if (!folder && !folder.error().is(errc::no_such_file_or_directory)) return folder.error();
        if (folder) {
            auto read = CurrentFolder::read(*folder, wish_.selection, progress_);
            if (!read) return read.error();
            current = std::move(*read);
        }
        const auto plan = plan_against(listing, current, wish_.deletes);
        tell(plan);
        const auto wanted = without_same(upstream, listing, plan, current);
        if (!wanted) return wanted.error();
        result_.fetch = amount_of(listing, *wanted);
        const bool nothing_new = wanted->empty() && plan.remove.empty() && plan.ready.size() == plan.idle;
        result_.outcome = nothing_new ? Outcome::unchanged : Outcome::published;
        if (!result_.held_reason.empty()) result_.outcome = Outcome::held;
        return true;
    }

    // What must be fetched, when the upstream was asked for what is not listed exactly.
    Result<std::vector<Plan::Fetch>> without_same(Upstream& upstream, const Listing& listing,
                                                  const Plan& plan, const CurrentFolder& current) {
        std::vector<Plan::Fetch> wanted;
        for (const auto& item : plan.fetch) {
            const auto path = listing.path_of(item.place);
            const bool is_sure = !item.replaces || listing.at(item.place).sureness.is_exact();
            const auto now =
                is_sure ? Result<std::optional<Entry>>(std::nullopt) : upstream.look(path, progress_);
            if (!now) return now.error();
            if (!*now || !same_size_and_second(**now, current.find(path).value())) wanted.push_back(item);
        }
        return wanted;
    }

    // False when the upstream changed meanwhile.
    Result<bool> bring(Upstream& upstream, Listing& listing, bool is_last) {
        const auto opened = open_places();
        if (!opened) return opened.error();
        const auto current = CurrentFolder::read(*mirror_, wish_.selection, progress_);
        if (!current) return current.error();
        const auto plan = plan_against(listing, *current, wish_.deletes);
        tell(plan);
        if (!result_.held_reason.empty()) {
            result_.outcome = Outcome::held;
            return cleared();
        }
        auto fetched = fetch(upstream, listing, plan, *current);
        if (!fetched) return fetched.error();
        if (!fetched->changed.empty() && !is_last) return false;
        quarantine_changed(listing, *fetched);
        result_.quarantined = fetched->quarantined;
        const auto shown = show(changes_of(listing, plan, *current, *fetched));
        if (!shown) return shown.error();
        return cleared();
    }

    Status open_places() {
        if (partial_) return {};
        auto mirror = open_or_make(wish_.folder);
        if (!mirror) return mirror.error();
        auto partial = PartialFolder::open(*mirror);
        if (!partial) return partial.error();
        mirror_ = std::move(*mirror);
        partial_ = std::move(*partial);
        return {};
    }

    Result<FetchResult> fetch(Upstream& upstream, Listing& listing, const Plan& plan,
                              const CurrentFolder& current) {
        FolderLanding landing(*mirror_, partial_->folder());
        auto wanted = plan.fetch;
        const auto ready = landing.recall(listing, wanted);
        if (!ready) return ready.error();
        result_.reuse = amount_of(listing, *ready);
        const auto listed = amount_of(listing, wanted);
        const auto room = enough_room(listed.bytes);
        if (!room) return room.error();
        progress_.start("fetch", listed.files, listed.bytes);
        auto done = fetch_by_lists(upstream, listing, plan.fetch, wanted, {.retries = wish_.manners.retries},
                                   landing, progress_);
        if (!done) return done.error();
        result_.left_out.insert(result_.left_out.end(), done->notes.begin(), done->notes.end());
        auto fetched = std::move(done->result);
        result_.transferred += fetched.transferred;
        result_.fetch = amount_of(listing, arrived(wanted, fetched));
        result_.total.bytes += bytes_now(listing, wanted, fetched, current) - listed.bytes;
        return fetched;
    }

    static std::vector<Plan::Fetch> arrived(std::vector<Plan::Fetch> wanted, const FetchResult& fetched) {
        std::erase_if(wanted, [&](const Plan::Fetch& item) { return has(fetched.missing, item.place); });
        return wanted;
    }

    // What was listed roughly is known now.
    static Bytes bytes_now(const Listing& listing, const std::vector<Plan::Fetch>& wanted,
                           const FetchResult& fetched, const CurrentFolder& current) {
        Bytes sum = 0;
        for (const auto& item : wanted) {
            const auto known =
                has(fetched.same, item.place) ? current.find(listing.path_of(item.place)) : std::nullopt;
            sum += known ? known->size : listing.at(item.place).entry.size;
        }
        return sum;
    }

    Status enough_room(Bytes wanted) const {
        const auto space = space_at(wish_.folder);
        if (!space) return space.error();
        if (space->free >= wanted) return {};
        return Error(
            Fault::no_space,
            fmt::format("not enough space in {}: {} must be fetched, but only {} are free; nothing was "
                        "fetched",
                        wish_.folder, format_size(wanted), format_size(space->free)));
    }

    std::vector<EntryChange> changes_of(const Listing& listing, const Plan& plan,
                                        const CurrentFolder& current, const FetchResult& fetched) const {
        std::vector<EntryChange> changes;
        const auto comes = [&](Listing::Place place) {
            const auto [path, entry] = listing.path_entry(place);
            changes.push_back({path, current.find(path), entry});
        };
        for (const auto place : plan.ready)
            comes(place);
        for (const auto& item : plan.fetch)
            if (is_here(listing, item.place, fetched)) comes(item.place);
        for (const auto& item : plan.remove)
            changes.push_back({item.path, item.entry, std::nullopt});
        add_folders_above(changes, [&](const RelPath& path) -> std::optional<EntryChange> {
            const auto entry = listing.find(path);
            if (!entry) return std::nullopt;
            return EntryChange{path, current.find(path), entry};
        });
        return changes;
    }

    // Did it come, in this run or in one before?
    bool is_here(const Listing& listing, Listing::Place place, const FetchResult& fetched) const {
        if (!has(fetched.missing, place)) return true;
        return has(fetched.same, place) && partial_->folder().facts(whole_name(listing.path_of(place)));
    }

    Status show(const std::vector<EntryChange>& changes) {
        const FolderUpdate update(*mirror_, partial_->folder());
        const auto steps = order_checkout(changes);
        progress_.start("show", steps.size());
        ToldOnce quarantine(result_.quarantined);
        bool changed = false;
        for (const auto& step : steps) {
            const auto may_go_on = progress_.go_on();
            if (!may_go_on) return may_go_on;
            progress_.at(step.path.str());
            const auto done = take(update, step);
            if (!done && is_of_the_disk(done.error())) return done.error();
            if (!done) quarantine.tell(step.path, done.error().text());
            const bool is_of_a_folder = step.kind == Kind::dress_folder || step.kind == Kind::close_folder;
            changed = changed || (done && *done && !is_of_a_folder);
            progress_.file_done();
        }
        result_.outcome = changed ? Outcome::published : Outcome::unchanged;
        return changed ? sync_file_system(*mirror_) : Status();
    }

    Result<bool> take(const FolderUpdate& update, const CheckoutStep& step) const {
        const bool takes_a_name = step.kind == Kind::replace;
        const auto facts = takes_a_name ? mirror_->facts(step.path) : Result<FileFacts>(Error());
        if (!facts || !facts->is_folder) return update.apply(step);
        const auto may = may_make_way(*mirror_, step.path, wish_.selection, wish_.deletes);
        if (!may) return may.error();
        if (!*may)
            return Error(Fault::refused,
                         "a folder of this name is in the way, and what is in it must not be deleted");
        return update.apply(step);
    }

    // What is not whole is worth keeping only while there is something to go on with.
    Result<bool> cleared() {
        if (!result_.quarantined.empty() && partial_->is_of_use()) return true;
        const auto removed = partial_->remove(*mirror_);
        if (!removed) return removed.error();
        return true;
    }

    const OneOff& wish_;
    Progress& progress_;
    SyncResult result_;
    std::optional<Folder> mirror_;
    std::optional<PartialFolder> partial_;
};

}  // namespace

Selection without_our_names(std::vector<Glob> include, std::vector<Glob> exclude) {
    exclude.push_back(Glob::parse(std::string(PartialFolder::name)).value());
    return {std::move(include), std::move(exclude)};
}

SyncResult mirror_once(const OneOff& wish, Progress& progress) {
    return OneOffRun(wish, progress).run();
}

}  // namespace mirrorseed::sync
