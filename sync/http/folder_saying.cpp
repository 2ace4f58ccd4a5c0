#include "sync/http/folder_saying.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

bool is_wanted(const IndexItem& item, const Selection& selection, const RelPath& folder) {
    if (item.kind == IndexKind::other) return false;
    const auto path = folder / RelPath::parse_name(item.name).value();
    return item.kind == IndexKind::folder ? selection.enters(path) : selection.wants(path);
}

// A folder's own time moves with what nobody wants.
std::uint64_t hash_of(const IndexItem& item) {
    auto text = item.name + '\0' + std::to_string(static_cast<int>(item.kind));
    if (item.kind != IndexKind::folder)
        text += ' ' + std::to_string(item.size) + ' ' + std::to_string(item.mtime.nanoseconds);
    return std::hash<std::string>{}(text);
}

}  // namespace

FolderSaying saying_of(const FolderMemory& page, const Selection& selection, const RelPath& folder) {
    FolderSaying saying;
    for (const auto& item : page.items)
        if (is_wanted(item.told, selection, folder)) saying.push_back(hash_of(item.told));
    std::sort(saying.begin(), saying.end());
    return saying;
}

SaidAgain said_again(const FolderSaying& before, const FolderMemory& page, const Selection& selection,
                     const RelPath& folder) {
    SaidAgain again{.is_all = saying_of(page, selection, folder) == before};
    for (const auto& item : page.items)
        if (is_wanted(item.told, selection, folder) &&
            std::binary_search(before.begin(), before.end(), hash_of(item.told)))
            again.same.push_back(item.told.name);
    std::sort(again.same.begin(), again.same.end());
    return again;
}

}  // namespace mirrorseed::sync
