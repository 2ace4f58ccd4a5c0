#include "sync/fetcher.hpp"

#include "core/system/beside.hpp"
#include "core/text.hpp"
#include "sync/dice.hpp"
#include "sync/order_book.hpp"
#include "sync/staged_part.hpp"
#include "sync/whole_folders.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <unordered_map>

namespace mirrorseed::sync {
namespace {

// A large file is synced in these steps, so a loss of power costs at most one of them.
constexpr Bytes resume_step = Bytes{32} << 20;
// A smaller part is not worth a note.
constexpr Bytes least_part = Bytes{1} << 20;
using Clock = std::chrono::steady_clock;

struct Job final : Order {
    OrderBook::Number number = 0;
    Listing::Place place{};
    bool is_another_attempt = false;
    bool is_staged = false;  // `current` is what an earlier run fetched, and not the tree's
    RelPath staged{};
    std::optional<Intake> intake{};
    Bytes resumed_at = 0;
    Bytes synced = 0;
    std::unique_ptr<ContentWatch> watch{};
    std::unique_ptr<ContentCheck> check{};
};

class Fetcher final : public Orders {
public:
    Fetcher(Listing& listing, const std::vector<Plan::Fetch>& wanted, const FetchWish& wish, Landing& landing,
            Folder staging, unsigned lanes, HostGuest guest, Progress& progress)
        : listing_(listing),
          wanted_(wanted),
          wish_(wish),
          landing_(landing),
          staging_(std::move(staging)),
          guest_(std::move(guest)),
          progress_(progress),
          book_(wanted.size(), lanes, wish.retry),
          folders_(listing, wanted) {}

    Result<FetchResult> run(Upstream& upstream) {
        {
            std::vector<std::jthread> lanes;
            for (auto count = book_.lanes(); count > 0; --count)
                lanes.emplace_back([this, &upstream] { drive(upstream); });
            commit_while_lanes_run();
        }
        if (ended_) return *ended_;
        const auto may_go_on = progress_.go_on();
        if (!may_go_on) return may_go_on.error();
        finish_result();
        return std::move(result_);
    }

    std::vector<Order*> take(std::size_t files, Bytes bytes) override {
        const auto size_of = [this](OrderBook::Number number) {
            const auto place = wanted_[number].place;
            return listing_.folders()[place.folder].file_size(place.entry);
        };
        std::unique_lock lock(mutex_);
        for (;;) {
            if (ended_ || progress_.stop_requested()) return {};
            if (guest_.holds_too_many()) return ++sent_away_, std::vector<Order*>();
            const auto taken = book_.take({files, bytes}, size_of, Clock::now());
            if (!taken.empty()) return orders_of(taken);
            if (!book_.is_any_left()) return {};
            changed_.wait_until(lock, progress_.stop_token(), book_.look_again(Clock::now()),
                                [this, then = news_] { return news_ != then; });
        }
    }

    Result<Intake*> intake(Order& order) override { return open_intake(job_of(order), true); }
    Result<Intake*> start_over(Order& order) override {
        auto& job = job_of(order);
        job.intake.reset();
        job.part_validator.clear();
        return open_intake(job, false);
    }

    const Folder& staging() const override { return staging_; }
    Status show_current(const Order& order, const Folder& folder, const RelPath& name) override {
        return landing_.show_current(order.item.path, *order.current, folder, name);
    }
    void give_up(const Error& why) override { (void)ours(why); }

    void brought(Order& order, const Told& told) override {
        auto& job = job_of(order);
        Arrival arrival = arrival_of(job);
        arrival.item.entry.size = job.intake->size();
        if (told.mtime && !wish_.by_digest) arrival.item.entry.mtime = *told.mtime;
        arrival.validator = told.validator;
        arrival.item.entry.digest = job.intake->finish();
        transferred(job);
        job.intake.reset();
        if (job.synced > 0 || job.is_another_attempt) forget_part(staging_, job.staged);
        arrive(job, std::move(arrival), staging_, job.staged, Acquire::move);
    }

    void landed(Order& order, const Folder& folder, const RelPath& name, Acquire acquire) override {
        auto& job = job_of(order);
        Arrival arrival = arrival_of(job);
        watch(job);
        auto entry = read_landed(job, folder, name, acquire);
        if (!entry) return failed(order, entry.error(), Again::no, {});
        arrival.item.entry = std::move(*entry);
        if (acquire == Acquire::move) count_transferred(job, arrival.item.entry.size);
        arrive(job, std::move(arrival), folder, name, acquire);
    }

    void still_same(Order& order) override {
        const auto& job = job_of(order);
        const auto good = verify_digest(job, job.current.value_or(Entry()));
        if (!good) return failed(order, good.error(), Again::no, {});
        const std::lock_guard lock(mutex_);
        if (job.is_staged) return arrive_again(job);
        result_.same.push_back(job.place);
        book_.still_same(job.number);
        close(job);
    }

    void failed(Order& order, const Error& why, Again again,
                std::optional<std::chrono::milliseconds> asked) override {
        auto& job = job_of(order);
        keep_part(job, why);
        const std::lock_guard lock(mutex_);
        if (ended_ || progress_.stop_requested()) return drop(job);
        if (why.is(Fault::changed) || why.is(Fault::not_found)) {
            result_.changed.push_back(job.place);
            if (why.is(Fault::not_found)) result_.gone.push_back(job.place);
            return drop(job);
        }
        if (is_closed(job, why, again)) {
            result_.closed.push_back(job.place);
            return drop(job);
        }
        switch (book_.failed(job.number, {again, asked, dice_()}, Clock::now())) {
            case OrderBook::Fate::later:
                return lay_by(job);
            case OrderBook::Fate::lost:
                end({Fault::busy, why.within("the upstream is lost").text()});
                break;
            case OrderBook::Fate::left:
                quarantine(job, why);
                break;
        }
        close(job);
    }

private:
    static Job& job_of(Order& order) { return static_cast<Job&>(order); }

    // One lane, on its own thread. Nothing may escape it.
    void drive(Upstream& upstream) {
        try {
            do
                if (const auto place = guest_.take_while([this] { return is_any_left(); }))
                    upstream.bring(*this, progress_);
            while (was_sent_away());
        } catch (const Failure& failure) {
            const std::lock_guard lock(mutex_);
            end(failure.error());
        } catch (const std::exception& escaped) {
            const std::lock_guard lock(mutex_);
            end(Error(Fault::failed, std::string("fetching failed: ") + escaped.what()));
        }
        const std::lock_guard lock(mutex_);
        book_.lane_ended();
        tell();
        batch_ready_.notify_one();
    }

    bool is_any_left() {
        const std::lock_guard lock(mutex_);
        return !ended_ && !progress_.stop_requested() && book_.is_any_left();
    }

    // By take(), so that others get their share of the host: the lane comes again when there is a place.
    bool was_sent_away() {
        const std::lock_guard lock(mutex_);
        if (sent_away_ == 0) return false;
        --sent_away_;
        return true;
    }

    // With the mutex held, everything from here to the next blank line.
    void tell() {
        ++news_;
        changed_.notify_all();
    }
    void end(const Error& why) {
        if (!ended_) ended_ = why;
        tell();
    }
    void close(const Job& job) {
        progress_.file_done();
        jobs_.erase(OrderBook::Number{job.number});
        // Whoever waits in take() waits for the last orders alone.
        if (!book_.is_any_out()) tell();
    }
    void arrive_again(const Job& job) {
        auto arrival = arrival_of(job);
        arrival.item.entry.size = job.current->size;
        arrival.item.entry.mtime = job.current->mtime;
        arrival.item.entry.digest = job.current->digest;
        arrival.validator = job.validator;
        add_arrival(std::move(arrival));
        book_.arrived(job.number);
        close(job);
    }
    void add_arrival(Arrival arrival) {
        book_.add_to_batch(arrival.item.entry.size, Clock::now());
        arrived_.push_back(std::move(arrival));
        if (arrived_.size() == 1 || book_.is_batch(Clock::now())) batch_ready_.notify_one();
    }
    void drop(const Job& job) {
        book_.dropped(job.number);
        close(job);
    }
    // Until it is tried again.
    void lay_by(Job& job) {
        job.is_another_attempt = true;
        job.intake.reset();
        job.watch.reset();
        job.all_of_folder = 0;  // who asks again asks for what is wanted alone
        tell();
    }
    bool is_closed(const Job& job, const Error& why, Again again) const {
        const bool is_refusal =
            why.is(Fault::refused) || why.code() == boost::system::errc::permission_denied;
        return wish_.embargo_may_be_closed && job.item.entry.hidden && is_refusal && again == Again::no;
    }
    void quarantine(const Job& job, const Error& why) {
        result_.quarantined.push_back({job.item.path, why.text()});
        result_.missing.push_back(job.place);
    }
    std::vector<Order*> orders_of(const std::vector<OrderBook::Number>& numbers) {
        std::vector<Order*> orders;
        for (const auto number : numbers) {
            auto& job = jobs_[number];
            if (!job) job = make_job(number);
            orders.push_back(job.get());
        }
        return orders;
    }
    std::unique_ptr<Job> make_job(std::size_t index) {
        const auto& wanted = wanted_[index];
        auto listed = listing_.at(wanted.place);
        auto job = std::make_unique<Job>();
        job->item = {listing_.path_of(wanted.place), std::move(listed.entry)};
        job->sureness = listed.sureness;
        if (wish_.by_digest) job->sureness.time = Sure::rough;
        job->validator = std::move(listed.validator);
        job->number = index;
        job->place = wanted.place;
        job->all_of_folder = folders_.files_beside(index);
        if (wanted.replaces) job->current = landing_.current(job->item.path);
        if (!listed.sureness.is_told()) ask_for_staged(*job);
        progress_.at(job->item.path.str());
        return job;
    }
    // Where nobody tells whether a file is still what an earlier run fetched, the upstream is asked for
    // another than that. A checksum other than its digest wants all of its bytes.
    void ask_for_staged(Job& job) {
        if (wish_.by_digest) return;
        auto staged = landing_.staged(job.item.path);
        if (!staged || (wish_.check_for && wish_.check_for(job.item.path))) return;
        job.current = std::move(staged);
        job.is_staged = true;
    }
    Arrival arrival_of(const Job& job) const {
        return {.place = job.place,
                .item = job.item,
                .was_listed_exactly = wish_.by_digest || job.sureness.is_exact()};
    }

    void transferred(const Job& job) {
        const std::lock_guard lock(mutex_);
        result_.transferred += job.intake->size() - job.resumed_at;
    }

    void count_transferred(const Job& job, Bytes size) {
        const auto came = job.came.value_or(size);
        const std::lock_guard lock(mutex_);
        result_.transferred += came;
        if (came == size) return;
        ++result_.delta.files;
        result_.delta.bytes += size - came;
    }

    void watch(Job& job) {
        if (wish_.watch_for) job.watch = wish_.watch_for(job.item.path, job.item.entry);
        if (wish_.check_for) job.check = wish_.check_for(job.item.path);
    }

    std::vector<ByteObserver*> observers_of(const Job& job) const {
        std::vector<ByteObserver*> observers;
        if (job.watch) observers.push_back(job.watch.get());
        if (job.check) observers.push_back(job.check.get());
        return observers;
    }

    // Whatever goes wrong on this side of the transfer is ours, and would go wrong with every other file too.
    Error ours(const Error& error) {
        const std::lock_guard lock(mutex_);
        end(error);
        return error;
    }

    Result<Intake*> open_intake(Job& job, bool resume) {
        if (job.intake) return &*job.intake;
        job.staged = staging_name(job.item);
        StagedPart part;
        const bool may_be_large = job.item.entry.size >= least_part || !job.sureness.tells_size();
        if (resume && may_be_large) part = recall_part(staging_, job.staged);
        watch(job);
        // Whoever reads along would be given bytes of both.
        if (wish_.shown && part.size == 0) (void)staging_.remove_file(job.staged).has_value();
        auto intake = Intake::open(staging_, job.staged, part.size, observers_of(job));
        if (!intake) return ours(intake.error());
        if (wish_.shown) wish_.shown(staging_, job.staged);
        job.resumed_at = part.size;
        job.part_validator = part.validator;
        job.synced = part.size;
        intake->on_trouble([this](const Error& error) { (void)ours(error); });
        intake->every(resume_step, [this, &job](Bytes size) -> Status {
            job.synced = size;
            remember_part(staging_, job.staged, size, size, job.part_validator);
            return {};
        });
        return &job.intake.emplace(std::move(*intake));
    }

    // What came of a file that did not come whole waits for the next attempt, in this run or another.
    void keep_part(Job& job, const Error& why) {
        if (!job.intake) return;
        transferred(job);
        const auto size = job.intake->size();
        job.intake.reset();
        if (why.is(Fault::changed) || size < least_part) {
            (void)staging_.remove_file(job.staged).has_value();
            forget_part(staging_, job.staged);
        } else {
            remember_part(staging_, job.staged, job.synced, size, job.part_validator);
        }
    }

    // What the file that lies there is. Where the listing was not sure, the file itself tells.
    Result<Entry> read_landed(Job& job, const Folder& folder, const RelPath& name, Acquire acquire) {
        const auto shown = folder.path() + "/" + name.str();
        const auto file = folder.open_file(name);
        if (!file) return file.error();
        const auto before = facts_of(*file, shown);
        if (!before) return before.error();
        const auto changed = [&] { return Error(Fault::changed, shown + " changed while it was read"); };
        auto entry = job.item.entry;
        const bool is_dated = job.sureness.has_exact_time();
        if (!job.sureness.may_be_of_size(before->size, entry.size)) return changed();
        if (acquire == Acquire::share && is_dated && before->mtime != entry.mtime) return changed();
        entry.size = before->size;
        if (!is_dated && !wish_.by_digest) entry.mtime = before->mtime;
        Sha256 hash;
        Bytes seen = 0;
        const auto observers = observers_of(job);
        const auto read = read_through(*file, shown, [&](ByteSpan bytes) -> Status {
            beside(observers, bytes, [&] { hash.see(bytes); });
            if (acquire == Acquire::share) progress_.bytes_done(bytes.size());
            seen += bytes.size();
            if (seen > entry.size) return changed();
            return progress_.go_on();
        });
        if (!read) return read.error();
        const auto after = acquire == Acquire::share ? facts_of(*file, shown) : before;
        if (!after) return after.error();
        if (seen != entry.size || !after->same_state(*before)) return changed();
        entry.digest = hash.finish();
        return entry;
    }

    // Is the file what it is said to be?
    Status verify_digest(const Job& job, const Entry& now) const {
        const auto& said = job.item.entry.digest;
        if (!said || !now.digest || *said == *now.digest) return {};
        if (wish_.is_guess && wish_.is_guess(job.item.path)) return {};
        return Error(Fault::damaged, "its SHA-256 is " + now.digest->hex() + " and should be " + said->hex());
    }
    Status verify(Job& job, const Entry& now) const {
        const auto good = verify_digest(job, now);
        if (!good) return good;
        return job.check ? job.check->verdict() : Status();
    }

    void note_refused(const Job& job) {
        const std::lock_guard lock(mutex_);
        result_.refused.push_back(job.place);
    }

    void arrive(Job& job, Arrival arrival, const Folder& from, const RelPath& name, Acquire acquire) {
        const auto good = verify(job, arrival.item.entry);
        if (!good) {
            if (acquire == Acquire::move) (void)from.remove_file(name).has_value();
            note_refused(job);
            return failed(job, good.error(), Again::no, {});
        }
        const auto taken = landing_.take(from, name, arrival, acquire);
        arrival.watch = std::move(job.watch);
        const std::lock_guard lock(mutex_);
        if (!taken) {
            end(taken.error());
        } else if (*taken == Landing::Verdict::withdrawn) {
            const auto& [path, entry] = arrival.item;
            result_.withdrawn.push_back({path, "its content was withdrawn",
                                         StagedFile{path, entry.size, entry.mtime, *entry.digest}});
            result_.missing.push_back(job.place);
        } else {
            add_arrival(std::move(arrival));
        }
        book_.arrived(job.number);
        close(job);
    }

    void commit_while_lanes_run() {
        for (bool running = true; running;) {
            std::vector<Arrival> batch;
            {
                std::unique_lock lock(mutex_);
                while (book_.lanes() > 0 && !book_.is_batch(Clock::now()))
                    wait_for_batch(lock);
                running = book_.lanes() > 0;
                batch.swap(arrived_);
                book_.begin_commit();
                tell();
            }
            if (!batch.empty()) commit(batch);
        }
    }

    void wait_for_batch(std::unique_lock<std::mutex>& lock) {
        if (arrived_.empty())
            batch_ready_.wait(lock);
        else
            batch_ready_.wait_until(lock, book_.batch_due());
    }

    // What came before the trouble is kept as well.
    void commit(std::vector<Arrival>& batch) {
        const auto committed = commit_safely(batch);
        const std::lock_guard lock(mutex_);
        if (!committed) return end(committed.error());
        for (const auto& arrival : batch)
            listing_.correct(arrival.place, arrival.item.entry);
    }
    Status commit_safely(std::vector<Arrival>& batch) {
        try {
            return landing_.commit(batch);
        } catch (const Failure& failure) {
            return failure.error();
        }
    }

    void finish_result() {
        for (const auto* some : {&result_.same, &result_.changed, &result_.closed})
            result_.missing.insert(result_.missing.end(), some->begin(), some->end());
        result_.sort();
    }

    Listing& listing_;
    const std::vector<Plan::Fetch>& wanted_;
    const FetchWish& wish_;
    Landing& landing_;
    Folder staging_;
    HostGuest guest_;
    Progress& progress_;

    std::mutex mutex_;                     // of all that follows
    std::condition_variable_any changed_;  // for lanes
    std::uint64_t news_ = 0;               // how often they were told that something changed
    std::condition_variable batch_ready_;  // for the thread that commits
    OrderBook book_;
    WholeFolders folders_;
    std::unordered_map<OrderBook::Number, std::unique_ptr<Job>> jobs_;  // that are out or wait
    std::vector<Arrival> arrived_;
    unsigned sent_away_ = 0;  // lanes, that have not come back
    std::optional<Error> ended_;
    FetchResult result_;
    Dice dice_;
};

}  // namespace

Result<FetchResult> fetch_files(Upstream& upstream, Listing& listing, const std::vector<Plan::Fetch>& wanted,
                                const FetchWish& wish, Landing& landing, Progress& progress) {
    if (wanted.empty()) return FetchResult();
    auto staging = landing.staging();
    if (!staging) return staging.error();
    // One that has nothing to bring would wait for a place all the same.
    const auto lanes =
        static_cast<unsigned>(std::min<std::size_t>(std::max(1U, upstream.lanes()), wanted.size()));
    return Fetcher(listing, wanted, wish, landing, std::move(*staging), lanes, upstream.guest(), progress)
        .run(upstream);
}

}  // namespace mirrorseed::sync
