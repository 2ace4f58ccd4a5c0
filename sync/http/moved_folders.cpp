#include "sync/http/moved_folders.hpp"

#include "sync/http/folder_reader.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

namespace mirrorseed::sync {
namespace {

class LookAgain {
public:
    LookAgain(const MovedWish& wish, const std::vector<RelPath>& folders, Progress& progress)
        : wish_(wish), folders_(folders), progress_(progress), reader_(wish.site, nullptr, progress) {
        reader_.settle(wish.root);
    }

    Result<std::vector<MovedFolder>> run() {
        {
            std::vector<std::jthread> threads;
            const auto lanes = std::min<std::size_t>(wish_.site.lanes(), folders_.size());
            for (std::size_t i = 0; i < lanes; ++i)
                threads.emplace_back([this] { work(); });
        }
        if (escaped_) std::rethrow_exception(escaped_);
        const auto may_go_on = progress_.go_on();
        if (!may_go_on) return may_go_on.error();
        if (ended_) return *ended_;
        std::sort(moved_.begin(), moved_.end(),
                  [](const MovedFolder& one, const MovedFolder& other) { return one.path < other.path; });
        return std::move(moved_);
    }

private:
    // One thread, to its end. Nothing may escape it.
    void work() {
        try {
            const auto place = wish_.site.guest.take_while([this] { return is_any_left(); });
            if (!place) return;
            auto client = BlockingHttpClient::make(wish_.site.client).value();
            while (const auto* folder = take()) {
                progress_.at(folder->str());
                tell(*folder, reader_.read(client, *folder));
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!escaped_) escaped_ = std::current_exception();
            reader_.give_up();
        }
    }

    bool is_any_left() {
        const std::lock_guard lock(mutex_);
        return !is_over();
    }

    const RelPath* take() {
        const std::lock_guard lock(mutex_);
        return is_over() ? nullptr : &folders_[next_++];
    }

    // With the mutex held.
    bool is_over() const {
        return ended_ || escaped_ || progress_.stop_requested() || next_ == folders_.size();
    }

    void tell(const RelPath& folder, const Result<FolderPage>& page) {
        SaidAgain again;
        if (page) again = said_again(wish_.said.at(folder), page->memory, wish_.selection, folder);
        const std::lock_guard lock(mutex_);
        if (!page && !page.error().is(Fault::not_found)) {
            if (!ended_) ended_ = page.error();
            reader_.give_up();
        } else if (!again.is_all) {
            moved_.push_back({folder, std::move(again.same)});
        }
    }

    const MovedWish& wish_;
    const std::vector<RelPath>& folders_;
    Progress& progress_;
    FolderReader reader_;

    std::mutex mutex_;  // of all that follows
    std::size_t next_ = 0;
    std::vector<MovedFolder> moved_;
    std::optional<Error> ended_;
    std::exception_ptr escaped_;
};

}  // namespace

Result<std::vector<MovedFolder>> moved_folders(const MovedWish& wish, const std::vector<RelPath>& folders,
                                               Progress& progress) {
    if (folders.empty()) return std::vector<MovedFolder>();
    return LookAgain(wish, folders, progress).run();
}

}  // namespace mirrorseed::sync
