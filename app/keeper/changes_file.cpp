#include "app/keeper/changes_file.hpp"

#include "core/system/folder.hpp"

#include <fcntl.h>

namespace mirrorseed::app {
namespace {

constexpr std::size_t write_at = 64 << 10;

}  // namespace

std::string record_of(const EntryChange& change) {
    // Folders come and go with what is in them.
    const auto is_name = [](const std::optional<Entry>& entry) {
        return entry && entry->kind != EntryKind::folder;
    };
    const bool was = is_name(change.before), is = is_name(change.after);
    if (change.before == change.after || (!was && !is)) return {};
    std::string record(1, was && is ? '~' : is ? '+' : '-');
    record += change.path.str();
    record += '\0';
    return record;
}

Status write_changes(const std::string& path, const EachChange& each) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return Error::last_system_error("cannot make " + path);
    std::string pending;
    Status written;
    const auto flush = [&] {
        if (written) written = write_all(file, as_bytes(pending), path);
        pending.clear();
    };
    each([&](const EntryChange& change) {
        pending += record_of(change);
        if (pending.size() >= write_at) flush();
    });
    flush();
    return written;
}

}  // namespace mirrorseed::app
