#include "core/log_file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <utility>

namespace mirrorseed {
namespace {

constexpr int most_links = 40;  // as the kernel has it
constexpr mode_t mode_of_folders = 0755;

class Held {
public:
    explicit Held(int file = -1) : file_(file) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { close(); }
    void become(int file) {
        close();
        file_ = file;
    }
    int get() const { return file_; }
    int release() { return std::exchange(file_, -1); }

private:
    void close() const {
        if (file_ >= 0) ::close(file_);
    }
    int file_;
};

std::deque<std::string> steps_of(std::string_view path) {
    std::deque<std::string> steps;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        if (const auto step = path.substr(0, end); !step.empty() && step != ".") steps.emplace_back(step);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return steps;
}

std::string joined(const std::deque<std::string>& steps) {
    std::string path;
    for (const auto& step : steps)
        path += (path.empty() ? "" : "/") + step;
    return path;
}

// From folder to folder, each held open, so that nobody exchanges one behind us.
class Way {
public:
    Way(const std::string& place, LogFileManner manner)
        : place_(place), manner_(manner), ahead_(steps_of(place)) {
        begin_at(place);
    }

    Result<int> open() {
        if (folder_.get() < 0) return trouble();
        if (ahead_.empty() || place_.ends_with('/')) return no_log("it is a folder");
        for (;;) {
            // What the kernel shows of processes is ours: our own output by another name.
            if (is_of_the_kernel()) return open_file(joined(ahead_), 0);
            struct stat info {};
            const bool is_there =
                ::fstatat(folder_.get(), ahead_.front().c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
            if (!is_there && errno != ENOENT) return trouble();
            if (is_there && S_ISLNK(info.st_mode)) {
                if (const auto followed = follow(info); !followed) return followed.error();
            } else if (ahead_.size() == 1) {
                return open_file(ahead_.front(), O_NOFOLLOW);
            } else if (const auto entered = enter(is_there); !entered) {
                return entered.error();
            }
            if (ahead_.empty()) return no_log("it is a folder");
        }
    }

private:
    Error trouble() const { return Error::last_system_error("cannot open the log " + place_); }
    Error no_log(std::string_view why) const {
        return {Fault::bad_input, "cannot open the log " + place_ + ": " + std::string(why)};
    }

    void begin_at(const std::string& path) {
        folder_.become(::open(path.starts_with('/') ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    }

    bool is_of_the_kernel() const {
        struct statfs info {};
        return ::fstatfs(folder_.get(), &info) == 0 && info.f_type == PROC_SUPER_MAGIC;
    }

    bool is_closed() const {
        struct stat info {};
        return ::fstat(folder_.get(), &info) == 0 &&
               is_closed_to_others(info.st_uid, info.st_mode, ::geteuid());
    }

    Status follow(const struct stat& info) {
        if (!is_closed()) return no_log(*why_no_log(info.st_mode, info.st_nlink));
        if (--links_left_ < 0) {
            errno = ELOOP;
            return trouble();
        }
        std::array<char, PATH_MAX> target{};
        const auto size = ::readlinkat(folder_.get(), ahead_.front().c_str(), target.data(), target.size());
        if (size < 0) return trouble();
        const std::string path(target.data(), static_cast<std::size_t>(size));
        ahead_.pop_front();
        const auto steps = steps_of(path);
        ahead_.insert(ahead_.begin(), steps.begin(), steps.end());
        if (path.starts_with('/')) begin_at(path);
        if (folder_.get() < 0) return trouble();
        return {};
    }

    Status enter(bool is_there) {
        const auto* name = ahead_.front().c_str();
        if (!is_there && manner_.makes_folders && ::mkdirat(folder_.get(), name, mode_of_folders) != 0 &&
            errno != EEXIST)
            return trouble();
        const int next = ::openat(folder_.get(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0) return trouble();
        folder_.become(next);
        ahead_.pop_front();
        return {};
    }

    Result<int> open_file(const std::string& name, int flags) const {
        constexpr int to_append = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
        Held file(::openat(folder_.get(), name.c_str(), to_append | flags, manner_.mode));
        if (file.get() < 0) return trouble();
        struct stat info {};
        if (::fstat(file.get(), &info) != 0) return trouble();
        if ((flags & O_NOFOLLOW) != 0 && !is_closed())
            if (const auto why = why_no_log(info.st_mode, info.st_nlink)) return no_log(*why);
        // A pipe may be slow; its lines are not lost for that.
        ::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) & ~O_NONBLOCK);
        return file.release();
    }

    const std::string& place_;
    LogFileManner manner_;
    std::deque<std::string> ahead_;
    Held folder_;
    int links_left_ = most_links;
};

}  // namespace

bool is_closed_to_others(uid_t owner, mode_t mode, uid_t we) {
    return (owner == 0 || owner == we) && (mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::optional<std::string_view> why_no_log(mode_t mode, nlink_t names) {
    if (S_ISLNK(mode)) return "a link on the way lies in a folder that others may write to";
    if (!S_ISREG(mode)) return "it is no regular file, in a folder that others may write to";
    if (names > 1) return "the file has other names too, and its folder others may write to";
    return std::nullopt;
}

Result<int> open_log_file(const std::string& place, LogFileManner manner) {
    return Way(place, manner).open();
}

}  // namespace mirrorseed
