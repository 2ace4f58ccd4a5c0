#include "sync/rsync/rsync_lane.hpp"

#include "core/http/http_pace.hpp"
#include "core/text.hpp"
#include "sync/rsync/rsync_listing.hpp"
#include "sync/rsync/rsync_output.hpp"
#include "sync/rsync/rsync_patience.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace mirrorseed::sync {
namespace {

namespace errc = boost::system::errc;

// Each batch is a connection and a start of three processes, so it should not be small; and what is not
// arrived when it ends early is asked for again.
constexpr std::size_t batch_files = 25'000;
constexpr Bytes batch_bytes = Bytes{16} << 30;
// Below this nobody misses a progress line.
constexpr Bytes large = Bytes{8} << 20;
constexpr Bytes least_part = Bytes{1} << 20;
// A file that has grown since it was listed is not taken, and must not fill our disk either.
constexpr Bytes largest_excess = Bytes{64} << 20;
// Names may come that nobody asked for, when the server's rsync takes a name for another. Not many.
constexpr std::size_t most_not_asked_for = 1000;
constexpr std::size_t longest_line = 32 << 10;

RelPath name_of(const char* what, unsigned number) {
    return RelPath::parse_name(what + std::to_string(number)).value();
}

// Nothing where there is nothing.
Status remove_tree(const Folder& folder, const RelPath& name) {
    const auto removed = folder.remove_tree(name);
    if (removed || removed.error().is(errc::no_such_file_or_directory)) return {};
    return removed;
}

std::string fresh_mark() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

bool is_too_large(const ProgramEnd& end) {
    return end.errors.find("File too large") != std::string::npos;
}

bool is_full_disk(const std::string& messages) {
    return messages.find("No space left on device") != std::string::npos ||
           messages.find("Disk quota exceeded") != std::string::npos;
}

}  // namespace

RsyncLane::RsyncLane(const RsyncProgram& program, const Manners& manners, Ways ways, Orders& orders,
                     Progress& progress)
    : program_(program),
      manners_(manners),
      orders_(orders),
      progress_(progress),
      trusts_names_(ways.trusts_names),
      work_(name_of("rsync-", ways.number)),
      left_(RelPath::parse_name("left").value()),
      basis_(name_of("basis-", ways.number)) {}

void RsyncLane::run() {
    for (;;) {
        auto taken = orders_.take(batch_files, batch_bytes);
        if (taken.empty()) break;
        // Telling of progress costs rsync as much for every file as fetching a small one does, so those that
        // are large come in a run of their own.
        const auto large_ones = std::stable_partition(
            taken.begin(), taken.end(), [](const Order* order) { return order->item.entry.size < large; });
        const std::vector<Order*> first(taken.begin(), large_ones), second(large_ones, taken.end());
        for (const auto* some : {&first, &second}) {
            const auto done = some->empty() ? Status() : bring(*some);
            if (!done) return orders_.give_up(done.error());
        }
    }
    if (!progress_.stop_requested()) (void)clear(Parts::drop).has_value();
}

Status RsyncLane::bring(const std::vector<Order*>& taken) {
    batch_.clear();
    for (auto* order : taken)
        batch_.emplace(order->item.path.str(), order);
    const auto prepared = prepare(taken);
    if (!prepared) return prepared;
    return settle(fetch(taken));
}

Status RsyncLane::prepare(const std::vector<Order*>& taken) {
    const auto& staging = orders_.staging();
    folder_.reset();
    above_.reset();
    // A process that was killed leaves what it was at. Of an earlier batch the parts are kept already.
    const auto cleared = clear(std::exchange(is_first_, false) ? Parts::keep : Parts::drop);
    if (!cleared) return cleared;
    auto made = staging.make_folder(work_, 0700);
    if (!made) return made.error();
    folder_ = std::move(*made);
    largest_old_ = 0;
    for (const auto* order : taken)
        if (order->item.entry.size >= least_part) reuse_part(*order);
    return prepare_basis(taken);
}

// Those that are there already stay: they may be wanted by a later batch. A part that cannot be kept costs a
// transfer and nothing else.
Status RsyncLane::keep_parts(const Folder& folder, const RelPath& path) {
    const auto& staging = orders_.staging();
    const auto items = folder.items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto name = RelPath::parse_name(item.name).value();
        if (item.facts.is_folder) {
            const auto below = folder.folder(name);
            if (!below) return below.error();
            const auto kept = keep_parts(*below, path / name);
            if (!kept) return kept;
        } else if (item.facts.is_file && item.facts.size >= least_part &&
                   staging.make_folder(left_ / path, 0700)) {
            (void)folder.rename(name, staging, left_ / path / name).has_value();
        }
    }
    return {};
}

// Only of what is wanted, and no more than that is: a server may send anything.
void RsyncLane::keep_part(const Order& order) {
    const auto& [path, entry] = order.item;
    const auto facts = folder_->facts(path);
    if (!facts || !facts->is_file || facts->size < least_part || facts->size > entry.size) return;
    const auto& staging = orders_.staging();
    if (staging.make_folder(left_ / path.parent(), 0700))
        (void)folder_->rename(path, staging, left_ / path).has_value();
}

// A part that cannot be had costs a transfer and nothing else.
void RsyncLane::reuse_part(const Order& order) {
    const auto& staging = orders_.staging();
    const auto part = left_ / order.item.path;
    const auto facts = staging.facts(part);
    if (!facts || !facts->is_file || facts->size == 0 || facts->size > order.item.entry.size) return;
    if (!folder_->make_folder(order.item.path.parent(), 0700)) return;
    if (staging.rename(part, *folder_, order.item.path)) largest_old_ = std::max(largest_old_, facts->size);
}

Status RsyncLane::prepare_basis(const std::vector<Order*>& taken) {
    const auto& staging = orders_.staging();
    has_basis_ = false;
    if (!manners_.delta_min) return {};
    for (const auto* order : taken) {
        const auto least = std::max<Bytes>(1, *manners_.delta_min);
        if (!order->held || order->held->size < least || order->item.entry.size < least) continue;
        const auto folder = staging.make_folder(basis_ / order->item.path.parent(), 0700);
        if (!folder) return folder.error();
        const auto name = RelPath::parse_name(order->item.path.name()).value();
        if (!orders_.show_held(*order, *folder, name)) continue;
        has_basis_ = true;
        largest_old_ = std::max(largest_old_, order->held->size);
    }
    return {};
}

Result<ProgramEnd> RsyncLane::fetch(const std::vector<Order*>& taken) {
    const auto& staging = orders_.staging();
    RsyncProgram::Delivery delivery{
        .names = rsync_names(taken), .folder = folder_->path(), .rate = manners_.rate_limit};
    delivery.trust_names = trusts_names_;
    mark_ = fresh_mark();
    delivery.format = rsync_format(mark_);
    delivery.rate.bytes_per_second /= std::max(1U, manners_.connections);
    Bytes largest = 0;
    for (const auto* order : taken)
        largest = std::max(largest, order->item.entry.size);
    asks_for_folders_ = delivery.names.has_folders;
    delivery.tell_progress = largest >= large;
    auto confines = confines_of_a_program();
    confines.may_connect = true;
    confines.workshops.push_back(folder_->path());
    if (has_basis_) {
        delivery.basis = staging.path() + "/" + basis_.str();
        confines.readable.push_back(delivery.basis);
    }
    const auto confinement = Landlock::prepare(confines);
    if (!confinement) return confinement.error();

    tells_progress_ = delivery.tell_progress;
    const RsyncPatience::Run run{.files = taken.size(),
                                 .largest_old = largest_old_,
                                 .largest_untold = tells_progress_ ? 0 : largest,
                                 .limit = delivery.rate,
                                 .timeout = manners_.timeout};
    auto program = program_.fetch(std::move(delivery));
    program.confinement = *confinement ? &**confinement : nullptr;
    program.folder = folder_->path();
    program.largest_file = largest + largest_excess;
    pending_.clear();
    told_ = came_ = 0;
    not_asked_for_ = folders_ = 0;
    LineCutter lines(longest_line);
    RsyncPatience patience(run, std::chrono::steady_clock::now());
    std::optional<HttpPace> pace;
    ProgramWatch watch;
    watch.output = [&](std::string_view piece) {
        return lines.take(piece, [this](std::string_view line) { return take_line(line); });
    };
    watch.tick = [&]() -> Status {
        const auto now = std::chrono::steady_clock::now();
        const auto came = std::exchange(came_, 0);
        if (!patience.goes_on(came, now))
            return Error(Fault::busy, fmt::format("nothing came for {} s", patience.quiet().count()));
        // Only where every byte is told of as it comes can it be told what is slow.
        if (!tells_progress_ || largest_old_ > 0) return {};
        if (!pace && came > 0) pace.emplace(manners_.min_rate, now);
        if (!pace || pace->goes_on(came, now)) return {};
        return Error(Fault::busy, "less than " + format_rate(manners_.min_rate) + " came");
    };
    watch.stop = progress_.stop_token();
    return run_program(program, watch);
}

Status RsyncLane::take_line(std::string_view line) {
    auto said = parse_rsync_output(line, mark_);
    if (!said) return said.error();
    switch (said->what) {
        case RsyncSaid::What::nothing:
            break;
        case RsyncSaid::What::progress:
            if (!tells_progress_ || said->bytes <= told_) break;
            came_ += said->bytes - told_;
            progress_.bytes_done(said->bytes - told_);
            told_ = said->bytes;
            break;
        case RsyncSaid::What::folder:
            if (++folders_ > batch_files + most_not_asked_for)
                return Error(Fault::bad_input, "the upstream sends folders without end");
            break;
        case RsyncSaid::What::file:
            const auto handed_over = hand_over(pending_);
            if (!handed_over) return handed_over;
            pending_ = std::move(said->name);
            pending_came_ = said->bytes;
            break;
    }
    return progress_.go_on();
}

Status RsyncLane::hand_over(const std::string& path) {
    if (path.empty()) return {};
    const auto found = batch_.find(path);
    if (found == batch_.end()) return throw_away(path);
    auto& order = *found->second;
    const auto& entry = order.item.entry;
    const auto above = folder_above(order.item.path);
    const auto name = RelPath::parse_name(order.item.path.name()).value();
    const auto facts = above ? (*above)->facts(name) : Result<FileFacts>(above.error());
    const bool is_as_listed =
        facts && facts->is_file && facts->size == entry.size &&
        (order.sureness != Sureness::exact || facts->mtime.seconds() == entry.mtime.seconds());
    came_ += entry.size;
    if (!tells_progress_) progress_.bytes_done(entry.size);
    batch_.erase(found);
    if (pending_came_ < entry.size) order.came = pending_came_;
    if (is_as_listed) {
        orders_.landed(order, **above, name, Acquire::move);
        return {};
    }
    if (above) (void)(*above)->remove_file(name).has_value();
    orders_.failed(order, Error(Fault::changed, escape_text(path) + " is not as it was listed"), Again::no);
    return {};
}

// A server that sends more than was asked for would fill our disk.
Status RsyncLane::throw_away(const std::string& path) {
    const auto name = RelPath::parse(path);
    if (!name || name->is_root()) return Error(Fault::bad_input, "rsync tells of " + escape_text(path));
    (void)folder_->remove_file(*name).has_value();
    came_ += pending_came_;
    if (++not_asked_for_ <= most_not_asked_for) return {};
    // A folder may have got more files since it was listed; who asks again asks for files alone.
    if (asks_for_folders_) return Error(Fault::busy, "folders are fuller than they were listed");
    return Error(Fault::bad_input, "the upstream sends what was not asked for, such as " + escape_text(path));
}

Result<const Folder*> RsyncLane::folder_above(const RelPath& path) {
    auto parent = path.parent();
    if (!above_ || above_path_ != parent) {
        auto opened = folder_->folder(parent);
        if (!opened) return opened.error();
        above_ = std::move(*opened);
        above_path_ = std::move(parent);
    }
    return &*above_;
}

// What is left of the batch did not come. An error when nothing else would come either.
Status RsyncLane::settle(const Result<ProgramEnd>& end) {
    // The last one is whole when rsync came to its end, and may be a part when it did not. That it is one too
    // many to be sent says nothing about the others.
    const auto how = end ? rsync_end(*end) : RsyncEnd::trouble;
    if (how == RsyncEnd::good || how == RsyncEnd::partly) (void)hand_over(pending_).has_value();
    const auto rest = std::move(batch_);
    batch_.clear();
    if (rest.empty()) return {};
    const bool too_large = end && is_too_large(*end);
    if (end && how == RsyncEnd::ours && !too_large) {
        const auto fault = is_full_disk(end->errors) ? Fault::no_space : Fault::failed;
        return Error(fault, "rsync: " + rsync_reason(*end));
    }
    if (!end && !end.error().is(Fault::busy) && !progress_.stop_requested()) return end.error();
    const auto why = end ? Error(Fault::failed, rsync_reason(*end)) : end.error();
    // A server that refuses where it answered before refuses every other file too: it is lost, not they.
    const bool lost = how == RsyncEnd::trouble || how == RsyncEnd::refused || too_large;
    const auto again = lost ? Again::later : Again::no;
    for (const auto& [path, order] : rest) {
        const bool is_told_of = end && (how == RsyncEnd::partly || too_large);
        auto said = is_told_of ? rsync_says_of(end->errors, path) : std::nullopt;
        // Not told of and not brought: it is no plain file any more.
        const bool vanished = !said && (how == RsyncEnd::partly || how == RsyncEnd::good);
        if (vanished) said = Error(Fault::changed, escape_text(path) + " did not come");
        if (said && too_large)
            said = Error(Fault::changed, escape_text(path) + " is larger than it was listed");
        keep_part(*order);
        orders_.failed(*order, said ? *said : why, said ? Again::no : again);
    }
    return {};
}

Status RsyncLane::clear(Parts parts) {
    const auto& staging = orders_.staging();
    if (parts == Parts::keep && staging.facts(work_)) {
        const auto work = staging.folder(work_);
        const auto kept = work ? keep_parts(*work, RelPath()) : Status(work.error());
        if (!kept) return kept;
    }
    const auto removed = remove_tree(staging, work_);
    return removed ? remove_tree(staging, basis_) : removed;
}

}  // namespace mirrorseed::sync
