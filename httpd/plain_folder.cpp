#include "httpd/plain_folder.hpp"

#include "httpd/media_type.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

namespace mirrorseed::httpd {
namespace {

namespace errc = boost::system::errc;

// Two seconds: a file may be written again within the second that its time tells, and clocks are coarse.
constexpr UnixTime date_is_strong_after = 2;

ContentFacts facts_of_file(const FileFacts& file, std::string_view name, UnixTime now) {
    ContentFacts facts;
    facts.size = file.size;
    facts.etag = fmt::format("\"{:x}-{:x}\"", file.size, static_cast<std::uint64_t>(file.mtime.nanoseconds));
    facts.modified = file.mtime.seconds();
    facts.date_is_strong = now - file.mtime.seconds() >= date_is_strong_after;
    facts.media_type = media_type_of(name);
    return facts;
}

std::optional<EntryKind> kind_of(const FileFacts& facts) {
    if (facts.is_file) return EntryKind::file;
    if (facts.is_folder) return EntryKind::folder;
    if (facts.is_link) return EntryKind::link;
    return std::nullopt;
}

constexpr std::uint32_t others_read = 0004, others_enter = 0001;

// Folders on the way to it. That which is served was named by an operator, and those above it are nobody's
// business.
bool may_all_reach(const Folder& folder, RelPath path) {
    for (path = path.parent(); !path.is_root(); path = path.parent()) {
        const auto facts = folder.facts(path);
        if (!facts || (facts->mode & others_enter) == 0) return false;
    }
    return true;
}

// The same again by quick looks from above, each at a name whose folders were none but folders just before.
bool may_all_still_reach(const Folder& folder, const RelPath& path) {
    auto above = path.str();
    for (auto slash = above.find('/'); slash != std::string::npos; slash = above.find('/', slash + 1)) {
        above[slash] = '\0';
        struct stat now {};
        if (::fstatat(folder.fd(), above.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) return false;
        if (!S_ISDIR(now.st_mode) || (now.st_mode & others_enter) == 0) return false;
        above[slash] = '/';
    }
    return true;
}

// One quick look by name, on whose way the kernel follows links: it may lead anywhere, and yet only what was
// opened safely before has this very inode and state.
bool is_still(const Folder& folder, const RelPath& path, const FileFacts& then) {
    struct stat now {};
    if (::fstatat(folder.fd(), path.str().c_str(), &now, 0) != 0) return false;
    return now.st_ino == then.inode && now.st_dev == then.device &&
           static_cast<Bytes>(now.st_size) == then.size &&
           FileTime::from(now.st_mtim.tv_sec, now.st_mtim.tv_nsec) == then.mtime &&
           FileTime::from(now.st_ctim.tv_sec, now.st_ctim.tv_nsec) == then.ctime;
}

}  // namespace

Result<std::unique_ptr<PlainFolder>> PlainFolder::open(const std::string& path,
                                                       std::shared_ptr<Troubles> troubles, Manner manner,
                                                       Clock clock) {
    auto folder = Folder::open(path);
    if (!folder) return folder.error();
    return std::unique_ptr<PlainFolder>(new PlainFolder(std::make_shared<const Folder>(std::move(*folder)),
                                                        std::move(troubles), manner, std::move(clock)));
}

// What there was no room for, or what a disk fails with, may be there all the same.
Refused PlainFolder::refusal(const Error& error) const {
    const auto trouble = trouble_of(error);
    if (passes_by_itself(trouble)) return {503, told_as_passing(*troubles_, error)};
    if (trouble == Trouble::forbidden) return {403, {}};
    if (!error.is(errc::io_error)) return {404, {}};
    troubles_->tell(trouble, "cannot read what is served: {}", outside(error.text()));
    return {503, "this cannot be read just now"};
}

Found PlainFolder::find(const RelPath& path, Spelling spelling) {
    const auto direct = folder_->facts(path);
    if (direct && !direct->is_link) return find_at(path, path, spelling);
    if (!direct && !direct.error().is(errc::too_many_symbolic_link_levels)) return refusal(direct.error());

    std::optional<Error> failed;
    const auto end = follow_links(path, [this, &failed](const RelPath& at) { return look_at(at, &failed); });
    if (!end) return failed ? refusal(*failed) : Refused{404, {}};
    return find_at(*end, path, spelling);
}

std::optional<Stop> PlainFolder::look_at(const RelPath& place, std::optional<Error>* failed) const {
    const auto facts = folder_->facts(place);
    if (!facts && failed != nullptr) *failed = facts.error();
    const auto kind = facts ? kind_of(*facts) : std::nullopt;
    if (!kind) return std::nullopt;
    if (*kind != EntryKind::link) return Stop{*kind, {}};
    auto target = folder_->read_link(place);
    if (!target) return std::nullopt;
    return Stop{*kind, std::move(*target)};
}

Found PlainFolder::find_own(const OwnPath&) {
    return Refused{404, {}};
}

Found PlainFolder::find_at(const RelPath& place, const RelPath& asked, Spelling spelling) const {
    const auto facts = folder_->facts(place);
    if (!facts) return refusal(facts.error());
    const bool is_for_all = manner_.gives == Gives::what_all_may_read;
    if (is_for_all && !place.is_root() && !may_all_reach(*folder_, place)) return Refused{403, {}};
    if (facts->is_folder) return spelling == Spelling::as_folder ? listing(place) : MovedToFolder();
    if (!facts->is_file || spelling == Spelling::as_folder) return Refused{404, {}};
    return file(place, asked);
}

Found PlainFolder::file(const RelPath& place, const RelPath& asked) const {
    auto opened = folder_->open_file(place);
    if (!opened) return refusal(opened.error());
    const auto facts = facts_of(*opened, place.str());
    if (!facts) return refusal(facts.error());
    const bool is_for_all = manner_.gives == Gives::what_all_may_read;
    if (is_for_all && (facts->mode & others_read) == 0) return Refused{403, {}};
    FileFound found{std::move(*opened), facts_of_file(*facts, asked.name(), clock_()), {}};
    found.facts.sandboxed = manner_.pages == Pages::sandboxed;
    // What was just written may be written again within the time that its date tells.
    if (found.facts.date_is_strong)
        found.still_holds = [folder = folder_, asked, place, then = *facts, is_for_all] {
            const bool reached = !is_for_all || may_all_still_reach(*folder, place);
            return reached && is_still(*folder, asked, then) ? Holds::yes : Holds::no;
        };
    return found;
}

Found PlainFolder::listing(const RelPath& place) const {
    const auto folder = folder_->folder(place);
    if (!folder) return refusal(folder.error());
    constexpr auto others_list = others_read | others_enter;
    if (manner_.gives == Gives::what_all_may_read && !place.is_root()) {
        const auto facts = folder_->facts(place);
        if (!facts || (facts->mode & others_list) != others_list) return Refused{403, {}};
    }
    auto items = folder->items();
    if (!items) return refusal(items.error());
    FolderFound found;
    const LookAt look = [this](const RelPath& at) { return look_at(at); };
    for (auto& item : *items) {
        const auto kind = kind_of(item.facts);
        if (!kind) continue;
        // What stands outside is nobody's business, not even its name.
        if (*kind == EntryKind::link && leaves_tree(place, item.target, look)) item.target.clear();
        found.items.push_back({.name = std::move(item.name),
                               .kind = *kind,
                               .size = *kind == EntryKind::file ? item.facts.size : 0,
                               .modified = item.facts.mtime.seconds(),
                               .digest = std::nullopt,
                               .target = std::move(item.target)});
    }
    return found;
}

}  // namespace mirrorseed::httpd
