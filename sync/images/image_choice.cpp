#include "sync/images/image_choice.hpp"

#include "core/text.hpp"
#include "core/version_order.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace mirrorseed::sync::images {
namespace {

using ByThing = std::map<std::string, std::vector<RelPath>>;

// A list tells a name, and nobody tells in which folder that lies: so the name decides, where it differs.
bool is_older(const RelPath& one, const RelPath& other) {
    const auto names = compare_versions(one.name(), other.name());
    return names != 0 ? names < 0 : compare_versions(one.str(), other.str()) < 0;
}

// The newest first.
ByThing by_thing(const std::vector<RelPath>& images) {
    ByThing things;
    for (const auto& image : images)
        things[thing_of(image.str())].push_back(image);
    for (auto& [thing, versions] : things)
        std::sort(versions.begin(), versions.end(),
                  [](const RelPath& one, const RelPath& other) { return is_older(other, one); });
    return things;
}

}  // namespace

std::vector<RelPath> newest_of(const std::vector<RelPath>& images, unsigned newest) {
    if (newest == 0) return images;
    std::vector<RelPath> chosen;
    for (const auto& [thing, versions] : by_thing(images))
        chosen.insert(
            chosen.end(), versions.begin(),
            versions.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(newest, versions.size())));
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

std::unordered_set<RelPath> superseded_by(const std::vector<RelPath>& chosen,
                                          const std::vector<RelPath>& images,
                                          const std::vector<RelPath>& files) {
    const auto things = by_thing(chosen);
    std::unordered_set<RelPath> superseded, staying;  // images; folders of others
    for (const auto& image : images) {
        const auto newer = things.find(thing_of(image.str()));
        if (newer != things.end() && is_older(image, newer->second.front()))
            superseded.insert(image);
        else
            staying.insert(image.parent());
    }
    std::unordered_set<RelPath> folders;
    for (const auto& image : superseded)
        if (!staying.contains(image.parent())) folders.insert(image.parent());
    for (const auto& file : files)
        if (folders.contains(file.parent())) superseded.insert(file);
    return superseded;
}

std::string went_back(const std::vector<RelPath>& chosen, const std::vector<RelPath>& gone_images) {
    const auto things = by_thing(chosen);
    for (const auto& [thing, gone] : by_thing(gone_images)) {
        const auto now = things.find(thing);
        if (now != things.end() && is_older(now->second.front(), gone.front()))
            return "the newest that is there is " + escape_text(now->second.front().str()) +
                   ", and here is the newer " + escape_text(gone.front().str());
    }
    return {};
}

std::vector<RelPath> replaced_by(const std::vector<RelPath>& images, const std::vector<RelPath>& gone_images,
                                 const std::vector<RelPath>& gone) {
    std::unordered_set<std::string> things;
    for (const auto& image : images)
        things.insert(thing_of(image.str()));
    std::unordered_set<RelPath> folders;
    for (const auto& image : gone_images)
        if (things.contains(thing_of(image.str()))) folders.insert(image.parent());
    std::vector<RelPath> replaced;
    std::copy_if(gone.begin(), gone.end(), std::back_inserter(replaced),
                 [&](const RelPath& file) { return folders.contains(file.parent()); });
    return replaced;
}

}  // namespace mirrorseed::sync::images
