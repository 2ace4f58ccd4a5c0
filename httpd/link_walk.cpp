#include "httpd/link_walk.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {
namespace {

constexpr int most_links = 40;  // as the kernel allows

// Parts still to be walked, the next one last.
using Parts = std::vector<std::string>;

void put_in_front(Parts& ahead, std::string_view text) {
    Parts parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('/', begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    ahead.insert(ahead.end(), parts.rbegin(), parts.rend());
}

}  // namespace

std::optional<RelPath> follow_links(const RelPath& path, const LookAt& look) {
    Parts ahead;
    put_in_front(ahead, path.str());
    RelPath at;
    bool at_file = false;
    int links = 0;
    while (!ahead.empty()) {
        const auto part = std::move(ahead.back());
        ahead.pop_back();
        if (part.empty() && ahead.empty() && !at_file) break;
        if (at_file) return std::nullopt;  // nothing is beneath a file, not even "."
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (at.is_root()) return std::nullopt;
            at = at.parent();
            continue;
        }
        const auto name = RelPath::parse_name(part);
        if (!name) return std::nullopt;
        const auto next = at / *name;
        const auto stop = look(next);
        if (!stop) return std::nullopt;
        if (stop->kind != EntryKind::link) {
            at = next;
            at_file = stop->kind == EntryKind::file;
            continue;
        }
        if (++links > most_links || stop->target.empty() || stop->target.starts_with('/'))
            return std::nullopt;
        put_in_front(ahead, stop->target);
    }
    return at;
}

}  // namespace mirrorseed::httpd
