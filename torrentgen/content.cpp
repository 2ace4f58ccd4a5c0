#include "torrentgen/content.hpp"

#include "core/text.hpp"

namespace mirrorseed::torrentgen {

Bytes FolderContent::available(std::size_t file) const {
    const auto& facts = places_[file].facts;
    return facts ? facts->size : 0;
}

Result<Descriptor> FolderContent::open(std::size_t file) const {
    auto opened = folder_.open_file(places_[file].path);
    if (!opened) return opened;
    const auto same = unchanged(file, *opened);
    if (!same) return same.error();
    return opened;
}

Status FolderContent::unchanged(std::size_t file, const Descriptor& descriptor) const {
    const auto now = facts_of(descriptor, name(file));
    if (!now) return now.error();
    const auto& then = places_[file].facts;
    if (then && now->same_state(*then)) return {};
    return Error(Fault::changed, name(file) + " was changed while it was read");
}

std::string FolderContent::name(std::size_t file) const {
    const auto& path = places_[file].path.str();
    return escape_text(folder_.path() + (folder_.path().ends_with('/') ? "" : "/") + path);
}

}  // namespace mirrorseed::torrentgen
