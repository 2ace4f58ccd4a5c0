#include "sync/link_target.hpp"

#include <vector>

namespace mirrorseed::sync {
namespace {

constexpr int most_links = 40;

// The parts still to be walked, the next one last.
void push_parts(std::vector<std::string>& parts, std::string_view path) {
    for (std::size_t end = path.size(); end != std::string_view::npos;) {
        const auto slash = end == 0 ? std::string_view::npos : path.rfind('/', end - 1);
        const auto begin = slash == std::string_view::npos ? 0 : slash + 1;
        parts.emplace_back(path.substr(begin, end - begin));
        end = slash;
    }
}

}  // namespace

LinkEnd end_of_link(const RelPath& link, std::string_view target, const LinkAt& link_at) {
    if (target.starts_with('/')) return {.leaves = true};
    std::string at = link.parent().str();
    std::vector<std::string> parts;
    push_parts(parts, target);
    for (int links = 0; !parts.empty();) {
        const auto part = std::move(parts.back());
        parts.pop_back();
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (at.empty()) return {.leaves = true};
            const auto slash = at.rfind('/');
            at.resize(slash == std::string::npos ? 0 : slash);
            continue;
        }
        const auto next = at.empty() ? part : at + "/" + part;
        const auto* through = link_at(next);
        if (through == nullptr) {
            at = next;
            continue;
        }
        if (++links > most_links) return {};
        if (through->starts_with('/')) return {.leaves = true};
        push_parts(parts, *through);
    }
    return {.path = std::move(at)};
}

bool leaves_tree(const RelPath& link, std::string_view target, const LinkAt& link_at) {
    return end_of_link(link, target, link_at).leaves;
}

}  // namespace mirrorseed::sync
