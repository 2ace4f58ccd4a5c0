#include "sync/debian/installer_choice.hpp"

#include "core/text.hpp"
#include "sync/checksums/checksum_list.hpp"

#include <algorithm>
#include <map>

namespace mirrorseed::sync::debian {
namespace {

constexpr std::string_view current = "current", list_name = "SHA256SUMS";
// Debian has some six hundred for an architecture.
constexpr std::size_t most_images = 100'000;

// By the folder of the version, then by the path within it.
using Lists = std::map<std::string, std::map<std::string, ReleasedFile>, std::less<>>;

Lists lists_in(const ReleaseFile& release, const std::string& folder) {
    const auto prefix = folder + "/";
    Lists lists;
    for (const auto& file : release.files) {
        const std::string_view path = file.path.str();
        if (!path.starts_with(prefix) || file.path.name() != list_name) continue;
        const auto inside = path.substr(prefix.size());
        const auto slash = inside.find('/');
        if (slash != inside.npos)
            lists[std::string(inside.substr(0, slash))].emplace(inside.substr(slash + 1), file);
    }
    return lists;
}

bool are_the_same(const Lists::mapped_type& one, const Lists::mapped_type& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const auto& a, const auto& b) {
        return a.first == b.first && a.second.digest == b.second.digest && a.second.size == b.second.size;
    });
}

}  // namespace

InstallerChoice choose_installer(const ReleaseFile& release, const std::string& folder) {
    InstallerChoice choice;
    const auto lists = lists_in(release, folder);
    const auto now = lists.find(current);
    const auto numbered = std::find_if(lists.begin(), lists.end(), [&](const auto& version) {
        return now != lists.end() && version.first != current && are_the_same(version.second, now->second);
    });
    if (numbered != lists.end()) {
        choice.current =
            InstallerLink{RelPath::parse(folder + "/" + std::string(current)).value(), numbered->first};
        for (const auto& [path, list] : numbered->second)
            choice.lists.push_back({list, now->second.at(path)});
        return choice;
    }
    for (const auto& [version, of_version] : lists)
        for (const auto& [path, list] : of_version)
            if (now == lists.end() || version == current) choice.lists.push_back({list, std::nullopt});
    return choice;
}

Result<std::vector<InstallerImage>> images_of(const RelPath& list, std::string_view text) {
    const auto sums = parse_checksum_list(list, text);
    if (!sums) return sums.error();
    std::vector<InstallerImage> images;
    for (const auto& sum : *sums) {
        const auto digest = sum.checksum.digest();
        if (digest && sum.path != list) images.push_back({sum.path, *digest});
    }
    if (images.size() > most_images)
        return Error(Fault::bad_input, "the checksum list " + escape_text(list.str()) + " names more than " +
                                           std::to_string(most_images) + " files");
    return images;
}

}  // namespace mirrorseed::sync::debian
