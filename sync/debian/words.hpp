// Words between blanks and ends of lines, which is how lists stand in control files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::debian {

inline std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\r";
    std::vector<std::string_view> words;
    for (;;) {
        const auto begin = text.find_first_not_of(blanks);
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        words.push_back(text.substr(0, text.find_first_of(blanks)));
        text.remove_prefix(words.back().size());
    }
}

inline std::vector<std::string> strings_of(const std::vector<std::string_view>& words) {
    return {words.begin(), words.end()};
}

}  // namespace mirrorseed::sync::debian
