#include "core/entry.hpp"

namespace mirrorseed {

std::string_view kind_name(EntryKind kind) noexcept {
    switch (kind) {
        case EntryKind::file:
            return "file";
        case EntryKind::folder:
            return "directory";
        case EntryKind::link:
            return "symlink";
    }
    return "file";
}

bool readable_by_all(EntryKind kind, std::uint32_t mode) noexcept {
    switch (kind) {
        case EntryKind::file:
            return (mode & 0004) != 0;
        case EntryKind::folder:
            return (mode & 0005) == 0005;
        case EntryKind::link:
            return true;
    }
    return false;
}

}  // namespace mirrorseed
