#include "sync/images/image_files.hpp"

#include "sync/images/image_names.hpp"

#include <algorithm>

namespace mirrorseed::sync::images {

bool is_file(const Listing& listing, const RelPath& path) {
    const auto place = listing.place_of(path);
    return place && listing.kind_at(*place) == EntryKind::file;
}

std::vector<RelPath> files_in(const Listing& listing, const RelPath& folder, EntryKind kind) {
    std::vector<RelPath> files;
    const auto* names = listing.folder(folder);
    for (std::size_t at = 0; names != nullptr && at < names->size(); ++at)
        if (names->kind(at) == kind) files.push_back(folder / RelPath::parse_name(names->name(at)).value());
    return files;
}

std::vector<RelPath> images_of(const Listing& listing,
                               const std::function<bool(const RelPath&)>& may_be_image) {
    std::vector<RelPath> images;
    for (const auto& folder : listing.folders()) {
        auto files = files_in(listing, folder.path());
        std::erase_if(files, [&](const RelPath& file) { return !may_be_image(file); });
        for (const auto& file : files)
            if (std::none_of(files.begin(), files.end(),
                             [&](const RelPath& other) { return is_companion(file.name(), other.name()); }))
                images.push_back(file);
    }
    return images;
}

std::vector<RelPath> files_that_go(const Listing& from, const Listing& to) {
    std::vector<RelPath> going;
    for (const auto& folder : from.folders())
        for (auto& file : files_in(from, folder.path()))
            if (!is_file(to, file)) going.push_back(std::move(file));
    return going;
}

std::string shown(const RelPath& folder) {
    return folder.is_root() ? std::string(".") : folder.str();
}

}  // namespace mirrorseed::sync::images
