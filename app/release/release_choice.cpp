#include "app/release/release_choice.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mirrorseed::app {
namespace {

void add(std::vector<ReleaseWish>& wishes, ReleaseWish wish) {
    const auto is_same = [&](const ReleaseWish& other) { return other.path == wish.path; };
    if (std::none_of(wishes.begin(), wishes.end(), is_same)) wishes.push_back(std::move(wish));
}

}  // namespace

std::vector<ReleaseWish> releases_with(const std::vector<ReleaseConfig>& rules, const RelPath& file) {
    std::vector<ReleaseWish> wishes;
    for (const auto& rule : rules) {
        if (!rule.match.names_folder()) {
            if (rule.match.matches(file)) add(wishes, {&rule, file, false});
            continue;
        }
        for (auto folder = file.parent(); !folder.is_root(); folder = folder.parent())
            if (rule.match.matches(folder)) add(wishes, {&rule, folder, true});
    }
    return wishes;
}

std::string wishes_of(const std::vector<ReleaseConfig>& rules) {
    std::string text;
    for (const auto& rule : rules)
        text += rule.match.str() + '\n';
    return text;
}

std::string title_of(const std::string& format, const std::string& tree, const RelPath& path) {
    const std::array<std::pair<std::string_view, std::string>, 3> words{
        {{"{name}", std::string(path.name())}, {"{path}", path.str()}, {"{tree}", tree}}};
    std::string title;
    for (std::size_t at = 0; at < format.size();) {
        const auto rest = std::string_view(format).substr(at);
        const auto word = std::find_if(words.begin(), words.end(),
                                       [&](const auto& one) { return rest.starts_with(one.first); });
        title += word == words.end() ? std::string(1, rest.front()) : word->second;
        at += word == words.end() ? 1 : word->first.size();
    }
    return as_utf8(title);
}

}  // namespace mirrorseed::app
