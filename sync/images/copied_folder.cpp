#include "sync/images/copied_folder.hpp"

#include "core/text.hpp"
#include "core/version_order.hpp"
#include "sync/images/image_files.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace mirrorseed::sync::images {
namespace {

bool are_versions(const RelPath& one, const RelPath& other) {
    return one != other && thing_of(one.str()) == thing_of(other.str());
}

// The higher number of two that the tree does not have is the copy.
bool comes_first(const ToldFolder& one, const ToldFolder& other) {
    return one.is_held || compare_versions(one.folder.str(), other.folder.str()) < 0;
}

std::set<std::string> names_in(const Telling& telling) {
    std::set<std::string> names;
    for (const auto& [name, sum] : telling)
        names.insert(name);
    return names;
}

}  // namespace

void add_telling(const RelPath& folder, const std::vector<ListedChecksum>& files, Telling& to) {
    const auto skipped = folder.is_root() ? 0 : folder.str().size() + 1;
    for (const auto& [path, sum] : files)
        to.emplace(path.str().substr(skipped), sum);
}

Telling telling_of(const RelPath& folder, const std::vector<ReadSet>& lists) {
    Telling telling, unsigned_telling;
    for (const auto& list : lists)
        if (list.fault.empty()) add_telling(folder, list.files, list.is_signed ? telling : unsigned_telling);
    const auto signed_names = names_in(telling);
    for (const auto& told : unsigned_telling)
        if (!signed_names.contains(told.first)) telling.insert(told);
    return telling;
}

ToldFolder of_images(const ToldFolder& folder, const std::vector<RelPath>& images) {
    std::set<std::string_view> names;
    for (const auto& image : images)
        names.insert(image.name());
    auto of_them = folder;
    const auto is_of_another = [&](const auto& told) { return !names.contains(told.first); };
    std::erase_if(of_them.upstream, is_of_another);
    std::erase_if(of_them.held, is_of_another);
    return of_them;
}

bool is_news(const ToldFolder& folder) {
    return !std::includes(folder.held.begin(), folder.held.end(), folder.upstream.begin(),
                          folder.upstream.end());
}

std::vector<RelPath> copied_from(const ToldFolder& folder, const std::vector<const ToldFolder*>& others) {
    if (!is_news(folder)) return {};
    std::vector<RelPath> originals;
    std::set<std::string> names;  // of which others tell the same
    for (const auto* other : others) {
        if (!are_versions(other->folder, folder.folder) || !comes_first(*other, folder)) continue;
        bool is_original = false;
        for (const auto& told : folder.upstream) {
            if (!other->upstream.contains(told) && !other->held.contains(told)) continue;
            is_original = true;
            names.insert(told.first);
        }
        if (is_original) originals.push_back(other->folder);
    }
    return names == names_in(folder.upstream) ? originals : std::vector<RelPath>();
}

std::string is_copy_of(const std::vector<RelPath>& originals) {
    return "its checksum lists say what those of " + escape_text(shown(originals.front())) +
           (originals.size() > 1 ? " and of others say" : " say") + ", so it is no newer version";
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
