#include "sync/rsync/rsync_upstream.hpp"

#include "core/http/http_pace.hpp"
#include "core/text.hpp"
#include "sync/retrying.hpp"
#include "sync/rsync/rsync_greeting.hpp"
#include "sync/rsync/rsync_lane.hpp"
#include "sync/rsync/rsync_listing.hpp"
#include "sync/upstream_kind.hpp"

#include <charconv>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

constexpr Bytes most_messages = Bytes{16} << 20;  // they keep a server from being silent, and bring nothing
constexpr std::size_t longest_line = 32 << 10;    // 4095 bytes of a path and of a target, each escaped

// Entries of an output that comes in pieces, as far as they are selected.
class Lister {
public:
    Lister(RsyncGreeting& greeting, const Selection& selection, Progress& progress)
        : greeting_(greeting), selection_(selection), progress_(progress) {}

    Status take(std::string_view piece) {
        return lines_.take(piece, [this](std::string_view line) { return take_line(line); });
    }

    bool has_begun() const noexcept { return begun_; }

    // Listed a moment ago, and gone since.
    void vanished(const RelPath& path) {
        if (is_entered(path.parent()) && selection_.wants(path))
            listing_.leave_out(path, "it vanished while the upstream was listed");
    }

    Result<Listing> finish() {
        if (!lines_.rest().empty()) return Error(Fault::bad_input, "rsync's listing ends within a line");
        if (!begun_) return Error(Fault::bad_input, "the upstream lists nothing, not even itself");
        const auto finished = listing_.finish();
        if (!finished) return finished.error();
        listing_.set_whole_except(partial_);
        if (selection_.has_includes()) listing_.drop_empty_folders();
        return std::move(listing_);
    }

private:
    Status take_line(std::string_view line) {
        if (greeting_.takes(line)) return {};
        auto read = parse_rsync_line(line);
        if (!read) return read.error();
        if (++count_ > most_listed_names)
            return Error(Fault::bad_input, "the upstream lists names without end");
        begun_ = true;
        if (read->path.is_root()) return {};
        auto& [path, entry, is_other] = *read;
        const auto folder = path.parent();
        if (!is_entered(folder)) return {};
        if (is_other) {
            listing_.leave_out(path, "neither a file, a folder nor a symbolic link");
            partial_.insert(folder.str());
            return {};
        }
        const bool is_folder = entry.kind == EntryKind::folder;
        if (is_folder ? !selection_.enters(path) : !selection_.wants(path)) {
            partial_.insert(folder.str());
            return {};
        }
        entry.mode &= is_folder || entry.kind == EntryKind::file ? 0755U : 0777U;
        progress_.file_done();
        listing_.append(folder, {.name = std::string(path.name()), .entry = std::move(entry)});
        return progress_.go_on();
    }

    // A folder that is not entered takes all below it along.
    bool is_entered(const RelPath& folder) {
        if (folder.is_root() || folder == last_entered_) return true;
        const auto known = entered_.find(folder.str());
        const bool enters = known != entered_.end()
                                ? known->second
                                : is_entered(folder.parent()) && selection_.enters(folder);
        if (known == entered_.end()) entered_.emplace(folder.str(), enters);
        if (enters) last_entered_ = folder;
        return enters;
    }

    RsyncGreeting& greeting_;
    const Selection& selection_;
    Progress& progress_;
    LineCutter lines_{longest_line};
    Listing listing_;
    std::unordered_map<std::string, bool> entered_;
    std::unordered_set<std::string> partial_;  // folders that have more than is listed
    RelPath last_entered_;
    std::uint64_t count_ = 0;
    bool begun_ = false;
};

// Confinement for a run that writes nothing.
Result<std::optional<Landlock>> only_reading() {
    auto confines = confines_of_a_program();
    confines.may_connect = true;
    return Landlock::prepare(confines);
}

Error failed_listing(const ProgramEnd& end) {
    const auto fault = rsync_end(end) == RsyncEnd::trouble ? Fault::busy : Fault::failed;
    return {fault, rsync_reason(end)};
}

// A name from rsync's messages, which begin at the module.
Result<RelPath> path_told(std::string_view name, const std::string& below_module) {
    if (name.starts_with('/')) name.remove_prefix(1);
    if (!below_module.empty() && name.starts_with(below_module)) name.remove_prefix(below_module.size());
    return RelPath::parse(name);
}

// What the server may not read is embargoed, as its mode then says, and what vanished is no longer there. Any
// other gap would look like deletions.
Status check_gaps(const ProgramEnd& end, const RsyncGaps& gaps, const std::string& below_module,
                  const Listing& listing) {
    if (rsync_end(end) == RsyncEnd::good || end.exit_code == rsync_some_vanished) return {};
    if (gaps.others || gaps.closed.empty()) return failed_listing(end);
    for (const auto& name : gaps.closed) {
        const auto path = path_told(name, below_module);
        const auto entry = path ? listing.find(*path) : std::nullopt;
        if (!entry || !entry->hidden)
            return Error(Fault::failed, "the upstream cannot read its own folder " + escape_text(name));
    }
    return {};
}

}  // namespace

RsyncUpstream::RsyncUpstream(RsyncUrl url, const Manners& manners)
    : name_(url.shown()), manners_(manners), program_(std::move(url), manners) {}

LaneNumbers::Held::Held(LaneNumbers& numbers) : numbers_(numbers) {
    const std::lock_guard lock(numbers_.mutex_);
    while (!numbers_.held_.insert(number_).second)
        ++number_;
}

LaneNumbers::Held::~Held() {
    const std::lock_guard lock(numbers_.mutex_);
    numbers_.held_.erase(number_);
}

Result<std::unique_ptr<Upstream>> RsyncUpstream::open(const std::string& url, const Manners& manners) {
    auto parsed = RsyncUrl::parse(url);
    if (!parsed) return parsed.error();
    auto upstream = std::unique_ptr<RsyncUpstream>(new RsyncUpstream(std::move(*parsed), manners));
    upstream->guest_ =
        HostPlaces::enter(manners.places, upstream_host(url), upstream->lanes(), manners.haste);
    return std::unique_ptr<Upstream>(std::move(upstream));
}

Result<Listing> RsyncUpstream::list(const Selection& selection, Progress& progress) {
    const auto place = guest_.take_while([&] { return !progress.stop_requested(); });
    if (!place) return progress.go_on().error();
    Dice dice;
    const auto ask = [&]() -> Attempt<Listing> {
        auto listing = list_once(selection, progress);
        if (listing) return {std::move(listing)};
        const bool may_pass = listing.error().is(Fault::busy);
        return {listing.error().within(name_), may_pass ? Again::later : Again::no};
    };
    return try_often<Listing>(Retrying::with(manners_.retries, dice, progress), ask).outcome;
}

Result<Listing> RsyncUpstream::list_once(const Selection& selection, Progress& progress) {
    const auto confinement = only_reading();
    if (!confinement) return confinement.error();
    auto program = program_.list();
    program.confinement = *confinement ? &**confinement : nullptr;
    RsyncGreeting greeting(manners_.timeout, std::chrono::steady_clock::now());
    Lister lister(greeting, selection, progress);
    std::optional<HttpPace> pace;
    Bytes got = 0;
    ProgramWatch watch;
    watch.output = [&](std::string_view piece) {
        const auto taken = lister.take(piece);
        if (!lister.has_begun()) return taken;
        if (!pace) pace.emplace(manners_.min_rate, std::chrono::steady_clock::now());
        got += piece.size();
        return taken;
    };
    watch.tick = [&]() -> Status {
        const auto now = std::chrono::steady_clock::now();
        const auto greets = greeting.goes_on(now);
        if (!greets) return greets;
        const bool slow = pace && !pace->goes_on(std::exchange(got, 0), now);
        return slow ? Status(Error(Fault::busy,
                                   "its listing comes more slowly than " + format_rate(manners_.min_rate)))
                    : Status();
    };
    watch.most_errors = most_messages;
    watch.stop = progress.stop_token();
    const auto end = run_program(program, watch);
    const auto may_go_on = progress.go_on();
    if (!may_go_on) return may_go_on.error();
    if (!end) return end.error();
    const auto how = rsync_end(*end);
    if (how != RsyncEnd::good && how != RsyncEnd::partly) return failed_listing(*end);
    const auto gaps = rsync_gaps(end->errors);
    for (const auto& name : gaps.vanished)
        if (const auto path = path_told(name, program_.below_module())) lister.vanished(*path);
    auto listing = lister.finish();
    if (!listing) return how == RsyncEnd::partly ? failed_listing(*end) : listing.error();
    const auto whole = check_gaps(*end, gaps, program_.below_module(), *listing);
    if (!whole) return whole.error();
    return listing;
}

Result<std::optional<Entry>> RsyncUpstream::look(const RelPath& path, Progress& progress) {
    auto found = look_at_all({path}, progress);
    if (!found) return found.error();
    return std::move(found->front());
}

Result<std::vector<std::optional<Entry>>> RsyncUpstream::look_at_all(const std::vector<RelPath>& paths,
                                                                     Progress& progress) {
    std::unordered_map<RelPath, Entry> found;
    // With the folders above, for an embargo may be theirs.
    std::set<std::string> all;
    for (const auto& path : paths)
        for (auto place = path; !place.is_root(); place = place.parent())
            all.insert(place.str());
    const std::vector<std::string> names(all.begin(), all.end());
    const auto take = [&](RsyncLine&& line) {
        if (line.is_other) return;
        line.entry.mode &= line.entry.kind == EntryKind::link ? 0777U : 0755U;
        found.insert_or_assign(std::move(line.path), std::move(line.entry));
    };
    const auto absent = ask_about(names, take, progress);
    if (!absent) return absent.error();
    std::vector<std::optional<Entry>> entries;
    for (const auto& path : paths) {
        const auto at = found.find(path);
        entries.push_back(at != found.end() ? std::optional(at->second) : std::nullopt);
        for (auto above = path.parent(); entries.back() && !above.is_root(); above = above.parent()) {
            const auto folder = found.find(above);
            const bool is_closed =
                folder != found.end() && !readable_by_all(folder->second.kind, folder->second.mode);
            entries.back()->hidden = entries.back()->hidden || is_closed;
        }
    }
    return entries;
}

// A folder with a slash behind its name is asked for with what is right in it.
Result<std::optional<PackedFolder>> RsyncUpstream::names_in(const RelPath& folder, Progress& progress) {
    PackedFolder names(folder);
    const auto take = [&](RsyncLine&& line) {
        if (line.is_other || line.path.is_root() || line.path.parent() != folder) return;
        line.entry.mode &= line.entry.kind == EntryKind::link ? 0777U : 0755U;
        names.append({.name = std::string(line.path.name()), .entry = std::move(line.entry)});
    };
    const auto absent = ask_about({folder.is_root() ? "./" : folder.str() + "/"}, take, progress);
    if (!absent) return absent.error();
    names.sort();
    return std::optional(absent->empty() ? std::move(names) : PackedFolder(folder));
}

// Answers those that there are not.
Result<std::unordered_set<std::string>> RsyncUpstream::ask_about(const std::vector<std::string>& names,
                                                                 const std::function<void(RsyncLine&&)>& seen,
                                                                 Progress& progress) {
    const auto place = guest_.take_while([&] { return !progress.stop_requested(); });
    if (!place) return progress.go_on().error();
    const auto confinement = only_reading();
    if (!confinement) return confinement.error();
    std::string list;
    for (const auto& name : names)
        list += name + '\0';
    auto program = program_.list_these(std::move(list));
    program.confinement = *confinement ? &**confinement : nullptr;
    RsyncGreeting greeting(manners_.timeout, std::chrono::steady_clock::now());
    LineCutter lines(longest_line);
    ProgramWatch watch;
    watch.output = [&](std::string_view piece) {
        return lines.take(piece, [&](std::string_view line) -> Status {
            if (greeting.takes(line)) return {};
            auto read = parse_rsync_line(line);
            if (!read) return read.error();
            seen(std::move(*read));
            return {};
        });
    };
    watch.tick = [&] { return greeting.goes_on(std::chrono::steady_clock::now()); };
    watch.most_errors = most_messages;
    watch.stop = progress.stop_token();
    const auto end = run_program(program, watch);
    const auto may_go_on = progress.go_on();
    if (!may_go_on) return may_go_on.error();
    if (!end) return end.error();
    const auto how = rsync_end(*end);
    std::unordered_set<std::string> absent;
    if (how == RsyncEnd::good) return absent;
    if (how != RsyncEnd::partly) return failed_listing(*end).within(name_);
    for (const auto& name : names) {
        const auto bare = name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
        const auto said = rsync_says_of(end->errors, bare);
        if (!said) continue;
        if (!said->is(Fault::not_found)) return failed_listing(*end).within(name_);
        absent.insert(name);
    }
    return absent.empty() ? Result<std::unordered_set<std::string>>(failed_listing(*end).within(name_))
                          : absent;
}

unsigned RsyncUpstream::lanes() const {
    return manners_.connections == 0 ? usual_connections(UpstreamKind::rsync) : manners_.connections;
}

void RsyncUpstream::bring(Orders& orders, Progress& progress) {
    std::call_once(asked_for_trust_, [this, &progress] {
        ProgramWatch watch;
        watch.timeout = manners_.timeout;
        watch.stop = progress.stop_token();
        const auto end = run_program(program_.can_trust_names(), watch);
        trusts_names_ = end && end->is_good();
    });
    const LaneNumbers::Held held(numbers_);
    RsyncLane lane(program_, manners_, {.number = held.number(), .trusts_names = trusts_names_}, orders,
                   progress);
    lane.run();
}

}  // namespace mirrorseed::sync
