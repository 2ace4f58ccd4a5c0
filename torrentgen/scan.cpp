#include "torrentgen/scan.hpp"

#include "core/text.hpp"
#include "torrentgen/symlink_path.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

namespace mirrorseed::torrentgen {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> parts_of(const RelPath& path) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= path.str().size();) {
        const auto end = std::min(path.str().find('/', at), path.str().size());
        parts.push_back(path.str().substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

// Of ScanOptions::leave_out, when there is such a file.
std::optional<FileFacts> facts_of_left_out(const ScanOptions& options) {
    const auto folder = Folder::open(fs::path(options.leave_out).parent_path().string());
    const auto name = RelPath::parse_name(fs::path(options.leave_out).filename().string());
    if (!folder || !name) return std::nullopt;
    const auto facts = folder->facts(*name);
    return facts ? std::optional(*facts) : std::nullopt;
}

class Scanner {
public:
    Scanner(const Folder& root, const ScanOptions& options, Progress& progress)
        : root_(root), options_(options), progress_(progress), left_out_(facts_of_left_out(options)) {}

    // By an own stack, so that no depth of folders is too deep for ours.
    Result<Scanned> go() {
        std::vector<Level> stack;
        const auto top = enter(RelPath(), stack);
        if (!top) return top.error();
        while (!stack.empty()) {
            const auto going = progress_.go_on();
            if (!going) return going.error();
            if (stack.back().next == stack.back().items.size()) {
                stack.pop_back();
                continue;
            }
            const auto item = std::move(stack.back().items[stack.back().next++]);
            const auto name = RelPath::parse_name(item.name);
            if (!name) return name.error().within(shown(stack.back().path));
            const auto path = stack.back().path / *name;
            const auto taken = item.facts.is_folder ? enter(path, stack) : take(path, item);
            if (!taken) return taken.error();
        }
        return std::move(found_);
    }

private:
    struct Level {
        RelPath path;
        std::vector<FolderItem> items;
        std::size_t next = 0;
    };

    std::string shown(const RelPath& path) const {
        return escape_text(root_.path() + (root_.path().ends_with('/') ? "" : "/") + path.str());
    }

    Status enter(const RelPath& path, std::vector<Level>& stack) {
        if (!path.is_root() && !options_.selection.enters(path)) return {};
        auto folder = path.is_root() ? root_.again() : root_.folder(path);
        if (!folder) return folder.error();
        auto items = folder->items();
        if (!items) return items.error();
        stack.push_back({path, std::move(*items), 0});
        return {};
    }

    Status take(const RelPath& path, const FolderItem& item) {
        if (!options_.selection.wants(path) || (left_out_ && left_out_->same_inode(item.facts))) return {};
        TorrentFile file{.path = parts_of(path), .length = item.facts.size};
        if (item.facts.is_link) {
            auto target = symlink_path(path, item.target);
            if (!target) return target.error().within(shown(path));
            file.length = 0;
            file.symlink = std::move(*target);
        } else if (item.facts.is_file) {
            file.executable = (item.facts.mode & 0100) != 0;
            found_.newest = std::max(found_.newest, item.facts.mtime);
        } else {
            return Error(Fault::refused,
                         shown(path) + " is a device, a pipe or a socket; --exclude leaves it out");
        }
        found_.files.push_back(std::move(file));
        found_.places.push_back({path, item.facts});
        progress_.at(path.str());
        return {};
    }

    const Folder& root_;
    const ScanOptions& options_;
    Progress& progress_;
    const std::optional<FileFacts> left_out_;
    Scanned found_{.is_folder = true};
};

// A write within the same tick of the kernel's clock as the last one leaves no trace in a file's times.
// Whoever reads a file that was written just now waits until that tick is over.
void let_clock_tick(const Scanned& scanned) {
    constexpr auto tick = std::chrono::milliseconds(20);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    for (const auto& place : scanned.places) {
        const auto age = now - std::chrono::nanoseconds(place.facts->ctime.nanoseconds);
        if (age < std::chrono::nanoseconds(0) || age > tick) continue;
        std::this_thread::sleep_for(tick);
        return;
    }
}

Result<std::pair<Scanned, Folder>> scan_folder(const std::string& path, const ScanOptions& options,
                                               Progress& progress) {
    auto root = Folder::open(path);
    if (!root) return root.error();
    auto found = Scanner(*root, options, progress).go();
    if (!found) return found.error();
    return std::pair(std::move(*found), std::move(*root));
}

Result<std::pair<Scanned, Folder>> scan_file(const std::string& path, const ScanOptions& options) {
    const auto name = RelPath::parse_name(fs::path(path).filename().string());
    if (!name) return name.error();
    auto folder = Folder::open(fs::path(path).parent_path().string());
    if (!folder) return folder.error();
    auto facts = folder->facts(*name);
    if (!facts) return facts.error();
    if (!facts->is_file) return Error(Fault::refused, escape_text(path) + " is neither a file nor a folder");
    if (const auto left_out = facts_of_left_out(options); left_out && left_out->same_inode(*facts))
        return Error(Fault::refused, escape_text(path) + " is what would be written; name another output");
    Scanned found{.name = name->str(), .newest = facts->mtime};
    found.files.push_back(
        {.path = {found.name}, .length = facts->size, .executable = (facts->mode & 0100) != 0});
    found.places.push_back({*name, *facts});
    return std::pair(std::move(found), std::move(*folder));
}

}  // namespace

std::string name_of_place(const std::string& path) {
    auto said = fs::path(path).lexically_normal();
    if (!said.has_filename()) said = said.parent_path();
    const auto name = said.filename().string();
    if (!name.empty() && name != "." && name != "..") return name;
    std::error_code trouble;
    return fs::canonical(path, trouble).filename().string();
}

Result<std::pair<Scanned, Folder>> scan(const std::string& path, const ScanOptions& options,
                                        Progress& progress) {
    std::error_code trouble;
    const auto real = fs::canonical(path, trouble);
    if (trouble) return Error(trouble, escape_text(path) + ": " + trouble.message());
    auto found = fs::is_directory(real, trouble) ? scan_folder(real.string(), options, progress)
                                                 : scan_file(real.string(), options);
    if (!found) return found;
    found->first.name = name_of_place(path);
    let_clock_tick(found->first);
    return found;
}

}  // namespace mirrorseed::torrentgen
