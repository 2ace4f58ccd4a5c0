#include "sync/debian/installer_files.hpp"

#include "core/store/read_text.hpp"

namespace mirrorseed::sync::debian {

Status InstallerFiles::read(const std::string& part, const RelPath& list, const Descriptor& content) {
    const auto text = read_text(content, list.str());
    if (!text) return text.error();
    auto images = images_of(list, *text);
    if (!images) return images.error();
    // Where it is told what is not held, that takes what is excluded out of the listing itself.
    if (!around_.tells_not_held)
        std::erase_if(*images, [&](const auto& image) { return around_.is_excluded(image.path); });
    lists_.push_back({part, std::move(*images)});
    return {};
}

Result<bool> InstallerFiles::add_to(SelectedFiles& files, std::vector<SelectedPart>& parts) const {
    std::vector<RelPath> unknown;
    for (const auto& list : lists_)
        for (const auto& image : list.images)
            if (!size_here(image)) unknown.push_back(image.path);
    const auto sizes = unknown.empty() ? Result<Sizes>(Sizes()) : around_.sizes_of(unknown);
    if (!sizes) return sizes.error();
    auto asked = sizes->begin();
    bool is_whole = true;
    for (const auto& list : lists_) {
        SelectedPart part{.name = list.part};
        for (const auto& image : list.images) {
            const auto here = size_here(image);
            const auto size = here ? here : *asked++;
            if (size && !files.has(image.path)) {
                files.add(image.path, *size, image.digest);
                ++part.files;
                part.bytes += *size;
            } else if (!size) {
                files.leave_out(image.path, "the upstream does not have it, though its SHA256SUMS names it");
                is_whole = false;
            }
        }
        parts.push_back(std::move(part));
    }
    return is_whole;
}

std::optional<Bytes> InstallerFiles::size_here(const InstallerImage& image) const {
    const auto here = around_.held_entry(image.path);
    return here && here->digest == image.digest ? std::optional(here->size) : std::nullopt;
}

}  // namespace mirrorseed::sync::debian
