#include "core/glob.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <optional>

namespace mirrorseed {
namespace {

constexpr std::size_t most_alternatives = 1000;

Error bad_glob(std::string_view pattern, const std::string& why) {
    return {Fault::bad_input, "pattern \"" + escape_text(pattern.substr(0, 200)) + "\": " + why};
}

// The last byte of what begins at `at` and holds no brace of ours: an escape, a set, or the byte itself.
std::size_t end_of_literal(std::string_view pattern, std::size_t at) {
    if (pattern[at] == '\\') return at + 1;
    if (pattern[at] != '[') return at;
    auto i = at + 1;
    if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) ++i;
    for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false, ++i)
        if (pattern[i] == '\\') ++i;
    return i < pattern.size() ? i : at;  // an unclosed set is refused by compile()
}

// Where the brace that opens at `open` closes; npos when it does not. Sets and escapes are stepped over.
std::size_t closing_brace(std::string_view pattern, std::size_t open) {
    int depth = 0;
    for (auto i = open; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' || pattern[i] == '[')
            i = end_of_literal(pattern, i);
        else if (pattern[i] == '{')
            ++depth;
        else if (pattern[i] == '}' && --depth == 0)
            return i;
    }
    return std::string_view::npos;
}

std::vector<std::string_view> split_alternatives(std::string_view inside) {
    std::vector<std::string_view> parts;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' || inside[i] == '[')
            i = end_of_literal(inside, i);
        else if (inside[i] == '{')
            ++depth;
        else if (inside[i] == '}')
            --depth;
        else if (inside[i] == ',' && depth == 0) {
            parts.push_back(inside.substr(begin, i - begin));
            begin = i + 1;
        }
    }
    parts.push_back(inside.substr(begin));
    return parts;
}

std::size_t first_brace(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' || pattern[i] == '[')
            i = end_of_literal(pattern, i);
        else if (pattern[i] == '{')
            return i;
    }
    return std::string_view::npos;
}

Result<std::vector<std::string>> expand_braces(std::string_view pattern) {
    std::vector<std::string> done;
    std::vector<std::string> open{std::string(pattern)};
    while (!open.empty()) {
        const auto current = std::move(open.back());
        open.pop_back();
        const auto at = first_brace(current);
        if (at == std::string::npos) {
            done.push_back(current);
        } else {
            const auto end = closing_brace(current, at);
            if (end == std::string::npos) return bad_glob(pattern, "a brace is not closed");
            for (const auto part : split_alternatives(std::string_view(current).substr(at + 1, end - at - 1)))
                open.push_back(current.substr(0, at) + std::string(part) + current.substr(end + 1));
        }
        if (done.size() + open.size() > most_alternatives) return bad_glob(pattern, "too many alternatives");
    }
    return done;
}

// Reads the set after its '['; `at` ends behind its ']'.
Result<std::bitset<256>> take_set(std::string_view pattern, std::size_t& at) {
    const Error unclosed = bad_glob(pattern, "a set is not closed");
    std::bitset<256> bytes;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (negated) ++at;
    for (bool first = true;; first = false) {
        if (at >= pattern.size()) return unclosed;
        if (pattern[at] == ']' && !first) break;
        if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
        const auto low = static_cast<std::uint8_t>(pattern[at++]);
        auto high = low;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            high = static_cast<std::uint8_t>(pattern[at + 1]);
            at += 2;
        }
        if (high < low) return bad_glob(pattern, "a range in a set runs backwards");
        for (unsigned byte = low; byte <= high; ++byte)
            bytes.set(byte);
    }
    ++at;
    if (negated) bytes.flip();
    bytes.reset('/');
    return bytes;
}

std::bitset<256> any_but_slash() {
    std::bitset<256> bytes;
    bytes.set();
    bytes.reset('/');
    return bytes;
}

}  // namespace

Result<Glob> Glob::parse(std::string_view pattern) {
    Glob glob;
    glob.pattern_ = pattern;
    if (pattern.find('\0') != std::string_view::npos) return bad_glob(pattern, "it holds a NUL");
    glob.names_folder_ = pattern.ends_with('/');
    if (glob.names_folder_) pattern.remove_suffix(1);
    const bool rooted = pattern.starts_with('/');
    if (rooted) pattern.remove_prefix(1);
    if (pattern.empty()) return bad_glob(glob.pattern_, "it is empty");
    glob.any_depth_ = !rooted && pattern.find('/') == std::string_view::npos &&
                      pattern.find("**") == std::string_view::npos;
    const auto expanded = expand_braces(pattern);
    if (!expanded) return expanded.error();
    for (const auto& plain : *expanded) {
        auto tokens = compile(plain);
        if (!tokens) return tokens.error();
        glob.alternatives_.push_back(std::move(*tokens));
    }
    return glob;
}

Result<Glob::Tokens> Glob::compile(std::string_view pattern) {
    Tokens tokens;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at++];
        if (c == '*' && at < pattern.size() && pattern[at] == '*') {
            while (at < pattern.size() && pattern[at] == '*')
                ++at;
            // "a/**/b" matches "a/b" too: the stars swallow the slash that follows them.
            const bool whole_part =
                (at < 3 || pattern[at - 3] == '/') && at < pattern.size() && pattern[at] == '/';
            if (whole_part) {
                ++at;
                tokens.push_back({Token::Kind::double_star, std::bitset<256>().set('/')});
            } else {
                tokens.push_back({Token::Kind::double_star, {}});
            }
        } else if (c == '*') {
            tokens.push_back({Token::Kind::star, {}});
        } else if (c == '?') {
            tokens.push_back({Token::Kind::one, any_but_slash()});
        } else if (c == '[') {
            const auto set = take_set(pattern, at);
            if (!set) return set.error();
            tokens.push_back({Token::Kind::one, *set});
        } else {
            if (c == '\\' && at >= pattern.size()) return bad_glob(pattern, "it ends in a backslash");
            const char literal = c == '\\' ? pattern[at++] : c;
            tokens.push_back({Token::Kind::one, std::bitset<256>().set(static_cast<std::uint8_t>(literal))});
        }
    }
    return tokens;
}

// Set simulation: `live` holds the tokens that may come next, so hostile patterns cannot make it backtrack.
bool Glob::match(const Tokens& tokens, std::string_view text) {
    std::vector<char> live(tokens.size() + 1), next(tokens.size() + 1);
    const auto add = [&](std::vector<char>& set, std::size_t at) {
        for (; !set[at]; ++at) {
            set[at] = 1;
            if (at == tokens.size() || tokens[at].kind == Token::Kind::one) return;
        }
    };
    add(live, 0);
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        std::fill(next.begin(), next.end(), 0);
        for (std::size_t at = 0; at < tokens.size(); ++at) {
            if (!live[at]) continue;
            const auto& token = tokens[at];
            const bool whole_parts = token.kind == Token::Kind::double_star && token.bytes.any();
            if (token.kind == Token::Kind::one && token.bytes[byte])
                add(next, at + 1);
            else if (whole_parts) {
                // Stays a candidate inside a part, and lets the pattern go on only behind a slash.
                next[at] = 1;
                if (c == '/') add(next, at + 1);
            } else if (token.kind == Token::Kind::double_star ||
                       (token.kind == Token::Kind::star && c != '/'))
                add(next, at);
        }
        live.swap(next);
    }
    return live[tokens.size()] != 0;
}

bool Glob::matches(const RelPath& path) const {
    const std::string_view text = any_depth_ ? path.name() : std::string_view(path.str());
    return std::any_of(alternatives_.begin(), alternatives_.end(),
                       [&](const Tokens& tokens) { return match(tokens, text); });
}

// Walks both patterns at once over every pair of positions that some common text can reach. A "**/" that has
// eaten into a part lets its pattern go on only behind the part's slash, so that is a part of the position.
bool Glob::overlap(const Tokens& a, const Tokens& b) {
    struct Place {
        std::size_t at;
        bool inside;
    };
    const auto whole_parts = [](const Token& token) {
        return token.kind == Token::Kind::double_star && token.bytes.any();
    };
    // Where a pattern is after one byte of `bytes`; nothing where it cannot take any of them.
    const auto after = [&](const Tokens& tokens, Place place,
                           const std::bitset<256>& bytes) -> std::optional<Place> {
        if (place.at == tokens.size()) return std::nullopt;
        const auto& token = tokens[place.at];
        if (token.kind == Token::Kind::one) return Place{place.at + 1, false};
        if (token.kind == Token::Kind::star && bytes['/']) return std::nullopt;
        return Place{place.at, whole_parts(token) && !bytes['/']};
    };
    const auto takes = [](const Tokens& tokens, Place place) {
        const bool one = place.at < tokens.size() && tokens[place.at].kind == Token::Kind::one;
        return one ? tokens[place.at].bytes : std::bitset<256>().set();
    };
    const auto may_skip = [](const Tokens& tokens, Place place) {
        return place.at < tokens.size() && tokens[place.at].kind != Token::Kind::one && !place.inside;
    };
    const auto slash = std::bitset<256>().set('/');
    const auto width = b.size() + 1;
    std::vector<char> seen((a.size() + 1) * width * 4);
    std::vector<std::pair<Place, Place>> open{{{0, false}, {0, false}}};
    while (!open.empty()) {
        const auto [left, right] = open.back();
        open.pop_back();
        auto& here = seen[(left.at * width + right.at) * 4 + (left.inside ? 2 : 0) + (right.inside ? 1 : 0)];
        if (here) continue;
        here = 1;
        if (left.at == a.size() && right.at == b.size()) return true;
        if (may_skip(a, left)) open.push_back({{left.at + 1, false}, right});
        if (may_skip(b, right)) open.push_back({left, {right.at + 1, false}});
        const auto common = takes(a, left) & takes(b, right);
        for (const auto& bytes : {common & slash, common & ~slash}) {
            if (bytes.none()) continue;
            const auto next_left = after(a, left, bytes), next_right = after(b, right, bytes);
            if (next_left && next_right) open.push_back({*next_left, *next_right});
        }
    }
    return false;
}

bool Glob::overlap(const Glob& a, const Glob& b) {
    if (a.names_folder_ != b.names_folder_) return false;
    const auto deep = [](const Glob& glob, const Tokens& tokens) {
        if (!glob.any_depth_) return tokens;
        Tokens whole{{Token::Kind::double_star, std::bitset<256>().set('/')}};
        whole.insert(whole.end(), tokens.begin(), tokens.end());
        return whole;
    };
    for (const auto& left : a.alternatives_)
        for (const auto& right : b.alternatives_)
            if (overlap(deep(a, left), deep(b, right))) return true;
    return false;
}

namespace {

// Takes the part of a pattern that stands for one name.
std::string_view take_part(std::string_view& pattern) {
    std::size_t at = 0;
    while (at < pattern.size() && pattern[at] != '/')
        at = end_of_literal(pattern, at) + 1;
    const auto part = pattern.substr(0, at);
    pattern.remove_prefix(std::min(at + 1, pattern.size()));
    return part;
}

bool is_name_of(std::string_view part, const RelPath& name) {
    if (part.find_first_of("*?[\\") == std::string_view::npos) return part == name.str();
    const auto glob = Glob::parse(part);
    return glob && glob->matches(name);
}

// Of a pattern without braces. What it says of a folder it says of all that is in it.
bool may_plain_match_below(std::string_view pattern, std::string_view folder) {
    while (!folder.empty() && !pattern.empty()) {
        const auto part = take_part(pattern);
        if (part.find("**") != std::string_view::npos) return true;
        const auto name = folder.substr(0, folder.find('/'));
        if (!is_name_of(part, RelPath::parse_name(name).value())) return false;
        folder.remove_prefix(std::min(name.size() + 1, folder.size()));
    }
    return true;
}

// Could a pattern match the folder, one above it, or something below it?
bool may_match_below(std::string_view pattern, const RelPath& folder) {
    if (pattern.ends_with('/')) pattern.remove_suffix(1);
    const bool is_rooted = pattern.starts_with('/');
    if (is_rooted) pattern.remove_prefix(1);
    if (!is_rooted && pattern.find('/') == std::string_view::npos) return true;
    const auto plain = expand_braces(pattern);
    return !plain || std::any_of(plain->begin(), plain->end(), [&](const std::string& one) {
        return may_plain_match_below(one, folder.str());
    });
}

}  // namespace

bool Selection::excluded(const RelPath& path) const {
    return std::any_of(exclude_.begin(), exclude_.end(),
                       [&](const Glob& glob) { return !glob.names_folder() && glob.matches(path); });
}

bool Selection::enters(const RelPath& folder) const {
    if (folder.is_root()) return true;
    const bool is_excluded =
        std::any_of(exclude_.begin(), exclude_.end(), [&](const Glob& glob) { return glob.matches(folder); });
    return !is_excluded &&
           (include_.empty() || std::any_of(include_.begin(), include_.end(), [&](const Glob& glob) {
                return may_match_below(glob.str(), folder);
            }));
}

bool Selection::wants(const RelPath& path) const {
    if (excluded(path)) return false;
    if (include_.empty()) return true;
    for (const auto& glob : include_) {
        if (!glob.names_folder() && glob.matches(path)) return true;
        // A folder that is included includes what is in it.
        for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent())
            if (glob.matches(folder)) return true;
    }
    return false;
}

bool Selection::selects(const RelPath& path) const {
    for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent())
        if (!enters(folder)) return false;
    return wants(path);
}

}  // namespace mirrorseed
