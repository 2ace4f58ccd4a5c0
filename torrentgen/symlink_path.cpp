#include "torrentgen/symlink_path.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed::torrentgen {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        if (end > at) parts.emplace_back(path.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

}  // namespace

Result<std::vector<std::string>> symlink_path(const RelPath& link, std::string_view target) {
    const auto outside = [&] {
        return Error(Fault::unsafe_path, "the link to " + escape_text(target) +
                                             " leads out of the torrent's folder; --exclude leaves it out");
    };
    if (target.empty() || target.starts_with('/')) return outside();
    auto place = parts_of(link.parent().str());
    for (auto& part : parts_of(target)) {
        if (part == ".") continue;
        if (part != "..") {
            place.push_back(std::move(part));
            continue;
        }
        if (place.empty()) return outside();
        place.pop_back();
    }
    if (place.empty()) return outside();
    return place;
}

}  // namespace mirrorseed::torrentgen
