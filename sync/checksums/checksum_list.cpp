#include "sync/checksums/checksum_list.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t most_lines = 2'000'000;

using Kind = ChecksumKind;

struct NamedKind {
    std::string_view name;
    Kind kind;
};
constexpr std::array kinds_by_name{
    NamedKind{"md5", Kind::md5},           NamedKind{"sha1", Kind::sha1},
    NamedKind{"sha224", Kind::sha224},     NamedKind{"sha2-224", Kind::sha224},
    NamedKind{"sha256", Kind::sha256},     NamedKind{"sha2-256", Kind::sha256},
    NamedKind{"sha384", Kind::sha384},     NamedKind{"sha2-384", Kind::sha384},
    NamedKind{"sha512", Kind::sha512},     NamedKind{"sha2-512", Kind::sha512},
    NamedKind{"blake2b", Kind::blake2b},   NamedKind{"blake2b-512", Kind::blake2b},
    NamedKind{"blake2b512", Kind::blake2b}};

bool is_space(char c) noexcept {
    return c == ' ' || c == '\t';
}

bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (lowered(c) >= 'a' && lowered(c) <= 'f');
}

std::optional<Kind> kind_by_name(std::string_view name) {
    const auto low = lowered(name);
    const auto* found = std::find_if(kinds_by_name.begin(), kinds_by_name.end(),
                                     [&](const NamedKind& known) { return known.name == low; });
    if (found == kinds_by_name.end()) return {};
    return found->kind;
}

struct Line {
    std::optional<Kind> kind;  // what the line itself says
    std::string_view hex;
    std::string_view name;  // empty: a hash alone
    bool is_escaped = false;
};

// "SHA256 (name) = HEX" and "SHA2-256(name)= HEX"
std::optional<Line> bsd_line(std::string_view text) {
    const auto open = text.find('(');
    const auto equals = text.rfind('=');
    if (open == std::string_view::npos || equals == std::string_view::npos || equals < open) return {};
    const auto named = trimmed(text.substr(open, equals - open));
    if (named.size() < 3 || !named.ends_with(')')) return {};
    const auto kind = kind_by_name(trimmed(text.substr(0, open)));
    if (!kind) return {};
    return Line{
        .kind = kind, .hex = trimmed(text.substr(equals + 1)), .name = named.substr(1, named.size() - 2)};
}

// "HEX  name", "HEX *name"; also with one space or a tab between, as others write it.
std::optional<Line> gnu_line(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_hex);
    const auto length = static_cast<std::size_t>(end - text.begin());
    Line line{.kind = {}, .hex = text.substr(0, length), .name = {}};
    auto rest = text.substr(length);
    if (trimmed(rest).empty()) return line;
    if (!is_space(rest.front())) return {};
    rest.remove_prefix(1);
    if (rest.front() == '*' || is_space(rest.front())) rest.remove_prefix(1);
    line.name = rest;
    return line;
}

std::optional<Line> split(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    if (text.empty() || text.front() == '#' || text.front() == ';') return {};
    const bool escaped = text.front() == '\\';
    if (escaped) text.remove_prefix(1);
    auto line = bsd_line(text);
    if (!line) line = gnu_line(text);
    if (line) line->is_escaped = escaped;
    return line;
}

std::string unescaped(std::string_view name) {
    std::string plain;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool pair = name[i] == '\\' && i + 1 < name.size();
        const char next = pair ? name[i + 1] : name[i];
        plain += pair && next == 'n' ? '\n' : pair && next == 'r' ? '\r' : next;
        if (pair) ++i;
    }
    return plain;
}

class ListParser {
public:
    explicit ListParser(const RelPath& list)
        : list_(list),
          folder_(list.parent()),
          listed_name_(listed_name(list)),
          // Sixty-four bytes are either; the list's name tells, or a comment above.
          sixty_four_(lowered(list.name()).find("b2") == std::string::npos ? Kind::sha512 : Kind::blake2b) {}

    Status read(std::string_view text) {
        std::size_t lines = 0;
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        while (!text.empty()) {
            if (++lines > most_lines) return fault("is too long");
            auto line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (const auto taken = take(line); !taken) return taken;
        }
        return {};
    }

    Result<std::vector<ListedChecksum>> finish() {
        if (found_.empty()) return Error(Fault::not_found, text_of("names no checksum"));
        std::sort(found_.begin(), found_.end());
        found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
        drop_what_is_said_twice();
        return std::move(found_);
    }

private:
    // A list that tells every checksum that a file ever had tells nothing of what it is now.
    void drop_what_is_said_twice() {
        std::unordered_set<RelPath> unclear;
        for (std::size_t at = 1; at < found_.size(); ++at)
            if (found_[at - 1].path == found_[at].path &&
                found_[at - 1].checksum.kind == found_[at].checksum.kind)
                unclear.insert(found_[at].path);
        if (unclear.empty()) return;
        std::erase_if(found_, [&](const ListedChecksum& item) { return unclear.contains(item.path); });
    }

    Status take(std::string_view text) {
        heed_comment(text);
        const auto line = split(text);
        if (!line) return {};
        const auto kind = line->kind ? line->kind : kind_by_length(line->hex.size());
        const auto checksum = kind ? Checksum::from_hex(*kind, line->hex) : std::nullopt;
        if (!checksum) return {};
        const auto name = line->is_escaped ? unescaped(line->name) : std::string(line->name);
        if (name.empty() && listed_name_.empty()) return {};  // of what, nobody knows
        auto path = path_of(name);
        if (!path) return path.error().within("the checksum list " + escape_text(list_.str()));
        found_.push_back({std::move(*path), *checksum});
        return {};
    }

    // "# BLAKE2B HASH", as Gentoo writes above the lines of each kind.
    void heed_comment(std::string_view text) {
        if (!text.starts_with('#')) return;
        auto word = trimmed(text.substr(1));
        word = word.substr(0, word.find(' '));
        const auto kind = kind_by_name(word);
        if (kind && checksum_size(*kind) == 64) sixty_four_ = *kind;
    }

    std::optional<Kind> kind_by_length(std::size_t digits) const {
        for (const auto kind : {Kind::md5, Kind::sha1, Kind::sha224, Kind::sha256, Kind::sha384})
            if (digits == 2 * checksum_size(kind)) return kind;
        if (digits == 128) return sixty_four_;
        return {};
    }

    // A list that is named after one file is about that file, wherever its maker had it.
    Result<RelPath> path_of(std::string_view name) const {
        const auto last = name.substr(name.rfind('/') + 1);
        if (!listed_name_.empty() && (name.empty() || name == "-" || last == listed_name_))
            name = listed_name_;
        while (name.starts_with("./"))
            name.remove_prefix(2);
        if (name.empty()) return Error(Fault::unsafe_path, "an empty name");
        auto inside = RelPath::parse(name);
        if (!inside || folder_.is_root()) return inside;
        return RelPath::parse(folder_.str() + "/" + inside->str());
    }

    std::string text_of(const std::string& what) const {
        return "the checksum list " + escape_text(list_.str()) + " " + what;
    }
    Error fault(const std::string& what) const { return {Fault::bad_input, text_of(what)}; }

    const RelPath& list_;
    RelPath folder_;
    std::string_view listed_name_;  // of `list_`
    Kind sixty_four_;
    std::vector<ListedChecksum> found_;
};

}  // namespace

Result<std::vector<ListedChecksum>> parse_checksum_list(const RelPath& list, std::string_view text) {
    if (text.size() > longest_checksum_list)
        return Error(Fault::bad_input, "the checksum list " + escape_text(list.str()) + " is too long");
    ListParser parser(list);
    if (const auto read = parser.read(text); !read) return read.error();
    return parser.finish();
}

}  // namespace mirrorseed::sync
