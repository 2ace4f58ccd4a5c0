#include "sync/http/http_lister.hpp"

#include "sync/http/folder_reader.hpp"

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

Error hopeless(const Error& error) {
    if (!error.is(Fault::not_found) && !error.is(Fault::refused)) return error;
    return {Fault::failed, error.text() + "; without this folder the listing would lack its files"};
}

bool tells_less_than_all(const std::vector<ListedEntry>& entries) {
    return std::any_of(entries.begin(), entries.end(), [](const ListedEntry& entry) {
        return entry.entry.kind == EntryKind::file && !entry.sureness.is_exact();
    });
}

class Lister {
public:
    Lister(const HttpListWish& wish, Progress& progress)
        : wish_(wish), progress_(progress), reader_(wish.site, wish.memory, progress) {
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
        listing_.set_tells({.links = has_links_, .modes = false});
        return HttpListing{std::move(listing_), reader_.root(), std::move(said_)};
    }

private:
    // One thread, to its end. Nothing may escape it.
    void work() {
        try {
            while (const auto place = wish_.site.guest.take_while([this] { return goes_on(); }))
                work_at_place();
        } catch (...) {
            {
                const std::lock_guard lock(mutex_);
                if (!escaped_) escaped_ = std::current_exception();
                changed_.notify_all();
            }
            reader_.give_up();
        }
    }

    void work_at_place() {
        std::optional<BlockingHttpClient> client;
        while (!wish_.site.guest.holds_too_many()) {
            const auto task = take();
            if (!task) return;
            // Made for the first of them: it reads every certificate there is.
            if (!client) client = BlockingHttpClient::make(wish_.site.client).value();
            if (const auto done = do_task(*client, *task); !done) end(done.error());
        }
    }

    bool goes_on() {
        const std::lock_guard lock(mutex_);
        return !is_over() && !progress_.stop_requested();
    }

    void end(const Error& why) {
        {
            const std::lock_guard lock(mutex_);
            if (!ended_) ended_ = why;
            changed_.notify_all();
        }
        reader_.give_up();
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
        auto read = reader_.read(client, task.path);
        if (!read) return hopeless(read.error());
        const std::lock_guard lock(mutex_);
        const auto taken = take_in(task, *read);
        --busy_;
        changed_.notify_all();
        return taken;
    }

    // With the mutex held, from here to the next blank line.
    Status take_in(const Task& task, const FolderPage& read) {
        if (!is_rooted_) {
            reader_.settle(read.url);
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
        if (tells_less_than_all(entries))
            said_.emplace(task.path, saying_of(read.memory, wish_.selection, task.path));
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
        has_links_ = has_links_ || item.told.kind == IndexKind::link;
        entries.push_back(listed_entry(item));
        if (is_folder) below.push_back(std::move(path));
        return {};
    }
    Status go_below(const Task& task, const FolderPage& read, std::vector<RelPath>& below) {
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
    std::string where(const Task& task) { return folder_url(reader_.root(), task.path).shown(); }

    void remember_folders() {
        if (wish_.memory == nullptr) return;
        std::sort(folders_.begin(), folders_.end());
        wish_.memory->keep_only(folders_);
    }

    const HttpListWish& wish_;
    Progress& progress_;
    FolderReader reader_;

    std::mutex mutex_;  // of all that follows
    std::condition_variable_any changed_;
    std::vector<Task> tasks_;
    unsigned busy_ = 0;
    std::size_t known_ = 1;    // folders
    std::uint64_t names_ = 0;  // of all pages that were read
    std::vector<RelPath> folders_;
    Listing listing_;
    FolderSayings said_;
    bool is_rooted_ = false;
    bool has_links_ = false;  // as our own pages tell them
    std::optional<Error> ended_;
    std::exception_ptr escaped_;
};

}  // namespace

Result<HttpListing> list_site(const HttpListWish& wish, Progress& progress) {
    return Lister(wish, progress).list();
}

}  // namespace mirrorseed::sync
