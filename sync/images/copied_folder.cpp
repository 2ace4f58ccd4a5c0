#include "sync/images/copied_folder.hpp"

#include "core/version_order.hpp"

#include <algorithm>
#include <string>

namespace mirrorseed::sync::images {
namespace {

bool are_versions(const RelPath& one, const RelPath& other) {
    return one != other && thing_of(one.str()) == thing_of(other.str());
}

// The higher number of two that the tree does not have is the copy.
bool comes_first(const ToldFolder& one, const ToldFolder& other) {
    return one.is_held || compare_versions(one.folder.str(), other.folder.str()) < 0;
}

}  // namespace

void add_telling(const RelPath& folder, const std::vector<ListedChecksum>& files, Telling& to) {
    const auto skipped = folder.is_root() ? 0 : folder.str().size() + 1;
    for (const auto& [path, sum] : files)
        to.emplace(path.str().substr(skipped), sum);
}

Telling telling_of(const RelPath& folder, const std::vector<ReadSet>& lists) {
    const bool is_any_signed =
        std::any_of(lists.begin(), lists.end(), [](const ReadSet& list) { return list.is_signed; });
    Telling telling;
    for (const auto& list : lists)
        if (list.fault.empty() && list.is_signed == is_any_signed) add_telling(folder, list.files, telling);
    return telling;
}

bool is_news(const ToldFolder& folder) {
    return !std::includes(folder.held.begin(), folder.held.end(), folder.upstream.begin(),
                          folder.upstream.end());
}

std::optional<RelPath> copied_from(const ToldFolder& folder, const std::vector<const ToldFolder*>& others) {
    if (!is_news(folder)) return std::nullopt;
    for (const auto* other : others) {
        if (!are_versions(other->folder, folder.folder) || !comes_first(*other, folder)) continue;
        const bool has_all = std::all_of(
            folder.upstream.begin(), folder.upstream.end(),
            [&](const auto& told) { return other->upstream.contains(told) || other->held.contains(told); });
        if (has_all) return other->folder;
    }
    return std::nullopt;
}

std::vector<RelPath> twins_of(const std::vector<RelPath>& images, const std::vector<RelPath>& all) {
    std::set<std::pair<std::string, std::string>> wanted;  // by thing and name
    std::set<RelPath> folders;
    for (const auto& image : images) {
        wanted.emplace(thing_of(image.str()), image.name());
        folders.insert(image.parent());
    }
    std::vector<RelPath> twins;
    std::copy_if(all.begin(), all.end(), std::back_inserter(twins), [&](const RelPath& image) {
        return !folders.contains(image.parent()) &&
               wanted.contains({thing_of(image.str()), std::string(image.name())});
    });
    return twins;
}

}  // namespace mirrorseed::sync::images
