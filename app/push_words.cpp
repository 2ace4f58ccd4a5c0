#include "app/push_words.hpp"

#include <algorithm>

namespace mirrorseed::app {

bool asks_for_look(std::string_view words, std::string_view tree) {
    constexpr std::string_view of_archive = "sync:archive:";
    bool names_archives = false, names_tree = false;
    while (!words.empty()) {
        const auto end = std::min(words.find_first_of(" \t\r\n"), words.size());
        const auto word = words.substr(0, end);
        words.remove_prefix(std::min(end + 1, words.size()));
        if (!word.starts_with(of_archive)) continue;
        names_archives = true;
        names_tree = names_tree || word.substr(of_archive.size()) == tree;
    }
    return !names_archives || names_tree;
}

}  // namespace mirrorseed::app
