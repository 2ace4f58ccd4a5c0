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

enum class End { here, nowhere, outside };

struct Walk {
    RelPath at{};
    Parts ahead{};
    int links = 0;
    bool at_file = false;
    bool ends_in_link = false;
    std::optional<RelPath> gap{};

    // What is ahead goes on from there in plain names.
    void note_gap(const RelPath& from) {
        if (ends_in_link) return;
        auto text = from.str();
        for (; !ahead.empty(); ahead.pop_back()) {
            const auto& part = ahead.back();
            if (part.empty() || part == ".") continue;
            if (!RelPath::parse_name(part)) return;
            text.append("/").append(part);
        }
        if (auto place = RelPath::parse(text)) gap = std::move(*place);
    }

    // False: the link is one too many, or leads out.
    bool follow(const std::string& target) {
        if (++links > most_links || target.empty() || target.starts_with('/')) return false;
        put_in_front(ahead, target);
        return true;
    }

    End go(const LookAt& look) {
        while (!ahead.empty()) {
            const auto part = std::move(ahead.back());
            ahead.pop_back();
            if (part.empty() && ahead.empty() && !at_file) break;
            if (at_file) return End::nowhere;  // nothing is beneath a file, not even "."
            if (part.empty() || part == ".") continue;
            if (part == "..") {
                if (at.is_root()) return End::outside;
                at = at.parent();
                continue;
            }
            const auto name = RelPath::parse_name(part);
            if (!name) return End::nowhere;
            auto next = at / *name;
            const auto stop = look(next);
            if (!stop) {
                note_gap(next);
                return End::nowhere;
            }
            if (stop->kind == EntryKind::link) {
                ends_in_link = ends_in_link || ahead.empty();
                if (!follow(stop->target)) return stop->target.starts_with('/') ? End::outside : End::nowhere;
                continue;
            }
            at = std::move(next);
            at_file = stop->kind == EntryKind::file;
        }
        return End::here;
    }
};

}  // namespace

PathEnd end_of_path(const RelPath& path, const LookAt& look) {
    Walk walk;
    put_in_front(walk.ahead, path.str());
    if (walk.go(look) != End::here) return {.gap = std::move(walk.gap)};
    return {.found = std::move(walk.at)};
}

std::optional<RelPath> follow_links(const RelPath& path, const LookAt& look) {
    return end_of_path(path, look).found;
}

bool leaves_tree(const RelPath& folder, const std::string& target, const LookAt& look) {
    Walk walk{.at = folder};
    if (!walk.follow(target)) return target.starts_with('/');
    return walk.go(look) == End::outside;
}

}  // namespace mirrorseed::httpd
