// Which paths a pattern names.
//
// '*' and '?' stay inside one path part, '**' crosses them, [a-z] and [!a-z]
// are sets, {a,b} are alternatives, a backslash takes the next byte literally.
// A pattern without '/' matches a name anywhere; one that ends in '/' names a
// folder. Matching is by bytes and takes no more than length times length steps.
#pragma once

#include "core/rel_path.hpp"
#include "core/result.hpp"

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

class Glob {
public:
    // Refuses an unclosed set or brace, an empty pattern, and more than 1,000 alternatives.
    static Result<Glob> parse(std::string_view pattern);

    bool matches(const RelPath& path) const;

    const std::string& str() const noexcept { return pattern_; }
    // The pattern ended in '/': it speaks of folders alone.
    bool names_folder() const noexcept { return names_folder_; }

    // Is there a path that both match?
    static bool overlap(const Glob& a, const Glob& b);

private:
    // One step of a pattern: a set of bytes that stands for one byte, or a star.
    struct Token {
        enum class Kind { one, star, double_star } kind;
        std::bitset<256> bytes;  // of Kind::one
    };
    using Tokens = std::vector<Token>;

    static Result<Tokens> compile(std::string_view pattern);
    static bool match(const Tokens& tokens, std::string_view text);
    static bool overlap(const Tokens& a, const Tokens& b);

    std::string pattern_;
    bool names_folder_ = false;
    bool any_depth_ = false;  // the pattern has no '/', so it is held against the last part alone
    std::vector<Tokens> alternatives_;
};

// What a tree's include and exclude lists select. Excludes win; a folder that is excluded excludes what is in
// it.
class Selection {
public:
    Selection() = default;
    Selection(std::vector<Glob> include, std::vector<Glob> exclude)
        : include_(std::move(include)), exclude_(std::move(exclude)) {}

    // Should a lister go into this folder at all?
    bool enters(const RelPath& folder) const;
    // Is this file or link wanted? Asked only below folders that were entered.
    bool wants(const RelPath& path) const;
    // The same of any file or link: is each folder above it entered too?
    bool selects(const RelPath& path) const;
    // The excludes alone.
    Selection of_everything() const { return Selection({}, exclude_); }
    // The same without them.
    Selection with_excluded() const { return Selection(include_, {}); }
    bool has_excludes() const noexcept { return !exclude_.empty(); }
    // Only what a pattern names is wanted, so a folder without any of it is not.
    bool has_includes() const noexcept { return !include_.empty(); }

private:
    bool excluded(const RelPath& path) const;

    std::vector<Glob> include_;
    std::vector<Glob> exclude_;
};

}  // namespace mirrorseed
