#include "sync/rsync/rsync_run.hpp"

#include "core/http/http_pace.hpp"
#include "core/text.hpp"
#include "sync/as_listed.hpp"
#include "sync/rsync/rsync_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace mirrorseed::sync {
namespace {

// A file that has grown since it was listed is not taken, and must not fill our disk either.
constexpr Bytes largest_excess = Bytes{64} << 20;
// Names may come that nobody asked for, when the server's rsync takes a name for another. Not many.
constexpr std::size_t most_not_asked_for = 1000;
constexpr std::size_t longest_line = 32 << 10;

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

Bytes largest_of(const std::vector<Order*>& orders) {
    Bytes largest = 0;
    for (const auto* order : orders)
        largest = std::max(largest, order->item.entry.size);
    return largest;
}

}  // namespace

RsyncRun::RsyncRun(const RsyncShop& shop, Folder folder, const std::vector<Order*>& taken)
    : shop_(shop),
      taken_(taken),
      folder_(std::move(folder)),
      mark_(fresh_mark()),
      largest_(largest_of(taken)),
      tells_progress_(largest_ >= large) {
    for (auto* order : taken)
        open_.emplace(order->item.path.str(), order);
}

Status RsyncRun::prepare() {
    for (const auto* order : taken_)
        if (order->item.entry.size >= least_part) reuse_part(*order);
    if (!shop_.manners.delta_min) return {};
    const auto least = std::max<Bytes>(1, *shop_.manners.delta_min);
    for (const auto* order : taken_) {
        if (!order->current || order->current->size < least || order->item.entry.size < least) continue;
        const auto laid = lay_basis(*order);
        if (!laid) return laid;
    }
    return {};
}

// One that cannot be shown costs a transfer and nothing else.
Status RsyncRun::lay_basis(const Order& order) {
    const auto& path = order.item.path;
    const auto folder = shop_.orders.staging().make_folder(shop_.basis / path.parent(), 0700);
    if (!folder) return folder.error();
    if (!shop_.orders.show_current(order, *folder, RelPath::parse_name(path.name()).value())) return {};
    has_basis_ = true;
    largest_old_ = std::max(largest_old_, order.current->size);
    return {};
}

// Only of what is wanted, and no more than that is: a server may send anything.
void RsyncRun::keep_part(const Order& order) {
    const auto& [path, entry] = order.item;
    const auto facts = folder_.facts(path);
    if (!facts || !facts->is_file || facts->size < least_part || facts->size > entry.size) return;
    const auto& staging = shop_.orders.staging();
    if (staging.make_folder(shop_.left / path.parent(), 0700))
        (void)folder_.rename(path, staging, shop_.left / path).has_value();
}

// A part that cannot be had costs a transfer and nothing else.
void RsyncRun::reuse_part(const Order& order) {
    const auto& staging = shop_.orders.staging();
    const auto part = shop_.left / order.item.path;
    const auto facts = staging.facts(part);
    if (!facts || !facts->is_file || facts->size == 0 || facts->size > order.item.entry.size) return;
    if (!folder_.make_folder(order.item.path.parent(), 0700)) return;
    if (staging.rename(part, folder_, order.item.path)) largest_old_ = std::max(largest_old_, facts->size);
}

RsyncProgram::Delivery RsyncRun::delivery() const {
    RsyncProgram::Delivery delivery{.names = rsync_names(taken_),
                                    .format = rsync_format(mark_),
                                    .folder = folder_.path(),
                                    .tell_progress = tells_progress_,
                                    .trust_names = shop_.trusts_names,
                                    .rate = shop_.manners.rate_limit};
    if (has_basis_) delivery.basis = shop_.orders.staging().path() + "/" + shop_.basis.str();
    delivery.rate.bytes_per_second /= std::max(1U, shop_.manners.connections);
    return delivery;
}

RsyncPatience::Run RsyncRun::bounds(Rate limit) const {
    return {.files = taken_.size(),
            .largest_old = largest_old_,
            .largest_untold = tells_progress_ ? 0 : largest_,
            .limit = limit,
            .timeout = shop_.manners.timeout};
}

Result<ProgramEnd> RsyncRun::fetch() {
    auto wish = delivery();
    auto confines = confines_of_a_program();
    confines.may_connect = true;
    confines.workshops.push_back(folder_.path());
    if (has_basis_) confines.readable.push_back(wish.basis);
    const auto confinement = Landlock::prepare(confines);
    if (!confinement) return confinement.error();

    asks_for_folders_ = wish.names.has_folders;
    const auto patience = bounds(wish.rate);
    auto program = shop_.program.fetch(std::move(wish));
    program.confinement = *confinement ? &**confinement : nullptr;
    program.folder = folder_.path();
    program.largest_file = largest_ + largest_excess;
    return watch_over(program, patience);
}

Result<ProgramEnd> RsyncRun::watch_over(const Program& program, const RsyncPatience::Run& bounds) {
    LineCutter lines(longest_line);
    RsyncPatience patience(bounds, std::chrono::steady_clock::now());
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
        if (!pace && came > 0) pace.emplace(shop_.manners.min_rate, now);
        if (!pace || pace->goes_on(came, now)) return {};
        return Error(Fault::busy, "less than " + format_rate(shop_.manners.min_rate) + " came");
    };
    watch.stop = shop_.progress.stop_token();
    return run_program(program, watch);
}

Status RsyncRun::take_line(std::string_view line) {
    auto said = parse_rsync_output(line, mark_);
    if (!said) return said.error();
    switch (said->what) {
        case RsyncSaid::What::nothing:
            break;
        case RsyncSaid::What::progress:
            if (!tells_progress_ || said->bytes <= told_) break;
            came_ += said->bytes - told_;
            shop_.progress.bytes_done(said->bytes - told_);
            told_ = said->bytes;
            break;
        case RsyncSaid::What::folder:
            if (++folders_ > most_files + most_not_asked_for)
                return Error(Fault::bad_input, "the upstream sends folders without end");
            break;
        case RsyncSaid::What::file:
            const auto handed_over = hand_over(pending_);
            if (!handed_over) return handed_over;
            pending_ = std::move(*said);
            break;
    }
    return shop_.progress.go_on();
}

Status RsyncRun::hand_over(const RsyncSaid& file) {
    const auto& path = file.name;
    if (path.empty()) return {};
    const auto found = open_.find(path);
    if (found == open_.end()) return throw_away(file);
    auto& order = *found->second;
    const auto& entry = order.item.entry;
    const auto above = folder_above(order.item.path);
    const auto name = RelPath::parse_name(order.item.path.name()).value();
    const auto facts = above ? (*above)->facts(name) : Result<FileFacts>(above.error());
    const bool is_good = facts && is_as_listed(*facts, order, TimeStep::second);
    came_ += entry.size;
    if (!tells_progress_) shop_.progress.bytes_done(entry.size);
    open_.erase(found);
    if (is_good && file.bytes < facts->size) order.came = file.bytes;
    // An index tells no modes, so it is here that an embargo is seen.
    const bool is_closed = !file.is_open && !entry.hidden && !order.sureness.has_exact_time();
    if (is_good && !is_closed) {
        shop_.orders.landed(order, **above, name, Acquire::move);
        return {};
    }
    if (above) (void)(*above)->remove_file(name).has_value();
    const auto why = is_closed ? Error(Fault::not_found, escape_text(path) + " may not be read by everybody")
                               : Error(Fault::changed, escape_text(path) + " is not as it was listed");
    shop_.orders.failed(order, why, Again::no);
    return {};
}

// A server that sends more than was asked for would fill our disk.
Status RsyncRun::throw_away(const RsyncSaid& file) {
    const auto& path = file.name;
    const auto name = RelPath::parse(path);
    if (!name || name->is_root()) return Error(Fault::bad_input, "rsync tells of " + escape_text(path));
    (void)folder_.remove_file(*name).has_value();
    came_ += file.bytes;
    if (++not_asked_for_ <= most_not_asked_for) return {};
    // A folder may have got more files since it was listed; who asks again asks for files alone.
    if (asks_for_folders_) return Error(Fault::busy, "folders are fuller than they were listed");
    return Error(Fault::bad_input, "the upstream sends what was not asked for, such as " + escape_text(path));
}

Result<const Folder*> RsyncRun::folder_above(const RelPath& path) {
    auto parent = path.parent();
    if (!above_ || above_path_ != parent) {
        auto opened = folder_.folder(parent);
        if (!opened) return opened.error();
        above_ = std::move(*opened);
        above_path_ = std::move(parent);
    }
    return &*above_;
}

Status RsyncRun::tell_missing(const Result<ProgramEnd>& end) {
    // The last one is whole when rsync came to its end, and may be a part when it did not. That it is one too
    // many to be sent says nothing about the others.
    const auto how = end ? rsync_end(*end) : RsyncEnd::trouble;
    if (how == RsyncEnd::good || how == RsyncEnd::partly) (void)hand_over(pending_).has_value();
    const auto rest = std::move(open_);
    open_.clear();
    if (rest.empty()) return {};
    const bool too_large = end && is_too_large(*end);
    if (end && how == RsyncEnd::ours && !too_large) {
        const auto fault = is_full_disk(end->errors) ? Fault::no_space : Fault::failed;
        return Error(fault, "rsync: " + rsync_reason(*end));
    }
    if (!end && !end.error().is(Fault::busy) && !shop_.progress.stop_requested()) return end.error();
    const auto why = end ? Error(Fault::failed, rsync_reason(*end)) : end.error();
    // A server that refuses where it answered before refuses every other file too: it is lost, not they.
    const bool lost = how == RsyncEnd::trouble || how == RsyncEnd::refused || too_large;
    const auto again = lost ? Again::later : Again::no;
    for (const auto& [path, order] : rest) {
        const bool is_told_of = end && (how == RsyncEnd::partly || too_large);
        auto said = is_told_of ? rsync_says_of(end->errors, path) : std::nullopt;
        // Not told of and not brought: it is no plain file any more.
        const bool vanished = !said && (how == RsyncEnd::partly || how == RsyncEnd::good);
        if (vanished) said = Error(Fault::not_found, escape_text(path) + " did not come");
        if (said && too_large)
            said = Error(Fault::changed, escape_text(path) + " is larger than it was listed");
        keep_part(*order);
        shop_.orders.failed(*order, said ? *said : why, said ? Again::no : again);
    }
    return {};
}

}  // namespace mirrorseed::sync
