#include "sync/http/http_lister.hpp"

#include "core/http/http_fault.hpp"
#include "sync/http/http_answer.hpp"
#include "sync/http/index_page.hpp"
#include "sync/http/page_memory.hpp"
#include "sync/retrying.hpp"
#include "sync/throttle.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t most_folders = 1'000'000;
constexpr unsigned most_levels = 128;
constexpr unsigned most_alike = 4;  // folders on one way down that say the same
constexpr std::size_t longest_path = 4095;

// What the folders above say, for as long as anything below them is to be read.
struct Above {
    Digest said;
    std::shared_ptr<const Above> next;
};

struct Task {
    RelPath path;
    unsigned level = 0;
    std::shared_ptr<const Above> above{};
};

// The same for folders that say the same of everything in them.
Digest fingerprint(const std::vector<RememberedItem>& items) {
    Sha256 hash;
    for (const auto& [told, learned] : items) {
        const auto line = told.name + '\0' + std::to_string(static_cast<int>(told.kind)) + ' ' +
                          std::to_string(told.size) + ' ' + std::to_string(told.mtime.nanoseconds) + '\n';
        hash.see(as_bytes(line));
    }
    return hash.finish();
}

unsigned alike_above(const std::shared_ptr<const Above>& above, const Digest& said) {
    unsigned alike = 0;
    for (const auto* at = above.get(); at != nullptr; at = at->next.get())
        alike += at->said == said ? 1 : 0;
    return alike;
}

// The validator of a page that stands for all that it says. Apache's, where there is one, is the folder's own
// time, which knows nothing of a file that was written in place.
std::string page_validator(const HttpResponse& response) {
    const auto server = response.field("server").value_or("");
    const auto validator = validator_of(response);
    return is_tag(validator) && !server.starts_with("Apache") ? validator : "";
}

// What a page stands for now, and where it was in the end.
struct Read {
    FolderMemory memory;
    HttpUrl url;
};

// Nothing is written where nothing is new, so that a folder at rest costs no write.
bool is_news(const FolderMemory& now, FolderMemory before) {
    if (!is_of_use(now)) return before != FolderMemory();
    before.read_at = now.read_at;
    return !is_all_known(now) || before != now;
}

Error hopeless(const Error& error, unsigned failures) {
    if (error.is(Fault::not_found) || error.is(Fault::refused))
        return {Fault::failed, error.text() + "; without this folder the listing would lack its files"};
    if (failures < 2) return error;
    return {error.code(), error.text() + ", " + std::to_string(failures) + " times in a row"};
}

class Lister {
public:
    Lister(const HttpListWish& wish, Progress& progress)
        : wish_(wish), progress_(progress), throttle_(wish.site.manners.rate_limit) {
        tasks_.push_back({});
    }

    Result<HttpListing> list() {
        {
            std::vector<std::jthread> threads;
            for (unsigned i = 0; i < wish_.site.lanes(); ++i)
                threads.emplace_back([this] { work(); });
        }
        if (escaped_) std::rethrow_exception(escaped_);
        const auto may_go_on = progress_.go_on();
        if (!may_go_on) return may_go_on.error();
        if (ended_) return *ended_;
        remember_folders();
        const auto finished = listing_.finish();
        if (!finished) return finished.error();
        if (wish_.selection.has_includes()) listing_.drop_empty_folders();
        return HttpListing{std::move(listing_), root_};
    }

private:
    // One thread, to its end. Nothing may escape it.
    void work() {
        try {
            std::optional<BlockingHttpClient> client;
            while (auto task = take()) {
                // Made for the first of them: it reads every certificate there is.
                if (!client) client = BlockingHttpClient::make(wish_.site.client).value();
                if (const auto done = do_task(*client, *task); !done) end(done.error());
            }
        } catch (...) {
            {
                const std::lock_guard lock(mutex_);
                if (!escaped_) escaped_ = std::current_exception();
                changed_.notify_all();
            }
            over_.request_stop();
        }
    }

    // Requests that are under way are given up, too.
    void end(const Error& why) {
        {
            const std::lock_guard lock(mutex_);
            if (!ended_) ended_ = why;
            changed_.notify_all();
        }
        over_.request_stop();
    }

    bool is_over() const { return ended_ || escaped_ || (tasks_.empty() && busy_ == 0); }

    // Nothing when all is read, or it is of no use to go on.
    std::optional<Task> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, progress_.stop_token(), [this] { return is_over() || !tasks_.empty(); });
        if (is_over() || progress_.stop_requested()) return std::nullopt;
        auto task = std::move(tasks_.back());
        tasks_.pop_back();
        ++busy_;
        return task;
    }

    Status do_task(BlockingHttpClient& client, const Task& task) {
        progress_.at(task.path.str());
        auto read = read_folder(client, task);
        if (!read) return read.error();
        const std::lock_guard lock(mutex_);
        const auto taken = take_in(task, *read);
        --busy_;
        changed_.notify_all();
        return taken;
    }

    Result<Read> read_folder(BlockingHttpClient& client, const Task& task) {
        const auto before = recall(task.path);
        auto [response, failures] =
            try_often<HttpResponse>(retrying_, [&] { return ask(client, request(task, before.validator)); });
        if (!response) return hopeless(response.error(), failures);
        return understand(task, *response, before);
    }

    Attempt<HttpResponse> ask(BlockingHttpClient& client, const HttpRequest& request) {
        if (over_.stop_requested()) return {http_error(HttpFault::stopped, "stopped")};
        auto response = client.fetch(request, nullptr, over_.get_token());
        const bool is_good = response && (response->is_success() || response->status == 304);
        if (is_good) return {std::move(response)};
        auto trouble = response ? trouble_of(*response) : trouble_of(response.error());
        return {std::move(trouble.error), trouble.again, trouble.asked};
    }

    HttpRequest request(const Task& task, const std::string& validator) {
        HttpRequest asked{.url = folder_url(root(), task.path), .limits = wish_.site.limits()};
        asked.limits.body = largest_index_page;
        asked.fields.push_back({"Accept", "application/json, text/html;q=0.9, */*;q=0.5"});
        if (!validator.empty()) asked.fields.push_back({"If-None-Match", validator});
        return asked;
    }

    // Until the first page has come, the tree is where the config says.
    HttpUrl root() {
        const std::lock_guard lock(mutex_);
        return is_rooted_ ? root_ : wish_.site.root;
    }

    Result<Read> understand(const Task& task, HttpResponse& response, const FolderMemory& before) {
        const auto is_there = stands_for(task, response);
        if (!is_there) return is_there.error();
        if (response.status == 304 && before.validator.empty()) return trouble_of(response).error;
        if (response.status == 304) return Read{before, std::move(response.url)};
        if (is_encoded(response))
            return Error(Fault::unsupported, response.url.shown() + ": the page came compressed, unasked");
        rest(throttle_.take(response.body_size));
        auto items =
            parse_index_page(response.url, response.field("content-type").value_or(""), response.body);
        if (!items) return items.error();
        auto now = remember(std::move(*items), before);
        now.validator = page_validator(response);
        now.read_at = date_of(response).value_or(0);
        keep(task.path, now, before);
        return Read{std::move(now), std::move(response.url)};
    }

    // A redirect may lead to another site, but not to another folder: what would be listed then is not what
    // was asked for.
    Status stands_for(const Task& task, const HttpResponse& response) {
        const auto asked = folder_url(root(), task.path);
        const auto& target = response.url.target();
        const auto below = folder_url(HttpUrl(), task.path).target();
        const bool is_good = response.url.same_origin(asked)
                                 ? target == asked.target()
                                 : target.ends_with(below) && target.find('?') == target.npos;
        if (is_good) return {};
        return Error(Fault::refused,
                     asked.shown() + " redirects to " + response.url.shown() +
                         (task.path.is_root() ? "; if that is where the tree is, name that as its upstream"
                                              : ", which is another folder"));
    }

    FolderMemory recall(const RelPath& folder) {
        if (wish_.memory == nullptr) return {};
        const std::lock_guard lock(memory_mutex_);
        return unpack(wish_.memory->recall(folder)).value_or(FolderMemory());
    }

    void keep(const RelPath& folder, const FolderMemory& now, const FolderMemory& before) {
        if (wish_.memory == nullptr || !is_news(now, before)) return;
        const auto bytes = is_of_use(now) ? pack(now) : "";
        const std::lock_guard lock(memory_mutex_);
        wish_.memory->keep(folder, bytes);
    }

    // With the mutex held, from here to the next blank line.
    Status take_in(const Task& task, const Read& read) {
        if (!is_rooted_) {
            root_ = read.url;
            is_rooted_ = true;
        }
        names_ += read.memory.items.size();
        if (names_ > wish_.most_names)
            return Error(Fault::refused,
                         wish_.site.name + " lists more than " + std::to_string(wish_.most_names) + " names");
        std::vector<ListedEntry> entries;
        std::vector<RelPath> below;
        for (const auto& item : read.memory.items) {
            const auto taken = take_item(task, item, entries, below);
            if (!taken) return taken;
        }
        listing_.add(task.path, entries);
        folders_.push_back(task.path);
        return go_below(task, read, below);
    }
    Status take_item(const Task& task, const RememberedItem& item, std::vector<ListedEntry>& entries,
                     std::vector<RelPath>& below) {
        auto path = task.path / RelPath::parse_name(item.told.name).value();
        if (path.str().size() > longest_path)
            return Error(Fault::unsafe_path, "a path below " + where(task) + " is too long");
        if (item.told.kind == IndexKind::other) {
            listing_.leave_out(std::move(path), "neither a file, a folder nor a symbolic link");
            return {};
        }
        const bool is_folder = item.told.kind == IndexKind::folder;
        if (is_folder ? !wish_.selection.enters(path) : !wish_.selection.wants(path)) return {};
        if (wish_.absent.contains(path)) {
            listing_.leave_out(std::move(path), "the upstream lists it, and has it not");
            return {};
        }
        progress_.file_done();
        entries.push_back(listed_entry(item));
        if (is_folder) below.push_back(std::move(path));
        return {};
    }
    Status go_below(const Task& task, const Read& read, std::vector<RelPath>& below) {
        if (below.empty()) return {};
        const auto above = std::make_shared<const Above>(Above{fingerprint(read.memory.items), task.above});
        if (alike_above(task.above, above->said) >= most_alike)
            return Error(Fault::refused, where(task) +
                                             " says the same as folders above it, again and again; "
                                             "exclude the link that leads back");
        if (task.level == most_levels)
            return Error(Fault::refused,
                         where(task) + " is more than " + std::to_string(most_levels) + " folders deep");
        known_ += below.size();
        if (known_ > most_folders)
            return Error(Fault::refused,
                         wish_.site.name + " has more than " + std::to_string(most_folders) + " folders");
        for (auto& path : below)
            tasks_.push_back({std::move(path), task.level + 1, above});
        return {};
    }
    std::string where(const Task& task) const { return folder_url(root_, task.path).shown(); }

    void remember_folders() {
        if (wish_.memory == nullptr) return;
        std::sort(folders_.begin(), folders_.end());
        wish_.memory->keep_only(folders_);
    }

    double chance() {
        const std::lock_guard lock(mutex_);
        return dice_();
    }

    // Shorter when somebody asks to stop, or there is nothing left to wait for.
    void rest(std::chrono::steady_clock::duration time) {
        if (time <= std::chrono::steady_clock::duration(0)) return;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, progress_.stop_token(), time, [this] { return ended_ || escaped_; });
    }

    const HttpListWish& wish_;
    Progress& progress_;
    Throttle throttle_;
    const Retrying retrying_{{.retries = wish_.site.manners.retries},
                             [this] { return chance(); },
                             [this](RetryPolicy::Time time) { return rest(time), Status(); }};
    std::stop_source over_;  // nothing that is still to come is of use
    std::stop_callback<std::function<void()>> on_stop_{progress_.stop_token(),
                                                       [this] { over_.request_stop(); }};

    std::mutex memory_mutex_;  // of the memory; never locked together with the other

    std::mutex mutex_;  // of all that follows
    std::condition_variable_any changed_;
    std::vector<Task> tasks_;
    unsigned busy_ = 0;
    std::size_t known_ = 1;    // folders
    std::uint64_t names_ = 0;  // of all pages that were read
    std::vector<RelPath> folders_;
    Listing listing_;
    HttpUrl root_;
    bool is_rooted_ = false;
    std::optional<Error> ended_;
    std::exception_ptr escaped_;
    Dice dice_;
};

}  // namespace

Result<HttpListing> list_site(const HttpListWish& wish, Progress& progress) {
    return Lister(wish, progress).list();
}

}  // namespace mirrorseed::sync
