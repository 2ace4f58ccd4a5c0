#include "sync/debian/relations.hpp"

#include "core/text.hpp"
#include "sync/debian/version.hpp"

#include <algorithm>
#include <array>

namespace mirrorseed::sync::debian {
namespace {

using Is = Relation::Is;

struct Sign {
    std::string_view text;
    Is is;
};
// The last two are how they were written long ago.
constexpr std::array signs = {Sign{"<<", Is::earlier},      Sign{"<=", Is::earlier_or_equal},
                              Sign{"=", Is::equal},         Sign{">=", Is::later_or_equal},
                              Sign{">>", Is::later},        Sign{"<", Is::earlier_or_equal},
                              Sign{">", Is::later_or_equal}};

Error no_relation(std::string_view text) {
    return Error(Fault::bad_input, in_quotes(text) + " is no relation to a package");
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

Status read_version(std::string_view text, Relation& relation) {
    for (const auto& sign : signs) {
        if (!text.starts_with(sign.text)) continue;
        relation.is = sign.is;
        relation.version = trimmed(text.substr(sign.text.size()));
        return relation.version.empty() ? Status(no_relation(text)) : Status();
    }
    return no_relation(text);
}

Result<Relation> parse_relation(std::string_view text) {
    Relation relation;
    const auto open = text.find('(');
    auto name = text.substr(0, std::min(open, text.find_first_of("[<")));
    if (open != std::string_view::npos) {
        const auto close = text.find(')', open);
        if (close == std::string_view::npos) return no_relation(text);
        const auto read = read_version(trimmed(text.substr(open + 1, close - open - 1)), relation);
        if (!read) return read.error();
    }
    name = trimmed(name.substr(0, name.find(':')));
    if (name.empty() || name.find_first_of(" \t\n)") != std::string_view::npos) return no_relation(text);
    relation.name = name;
    return relation;
}

}  // namespace

Result<std::vector<Alternatives>> parse_relations(std::string_view text) {
    std::vector<Alternatives> all;
    for (const auto part : split(text, ',')) {
        if (part.empty()) continue;  // a comma at the end
        Alternatives alternatives;
        for (const auto one : split(part, '|')) {
            auto relation = parse_relation(one);
            if (!relation) return relation.error();
            alternatives.push_back(std::move(*relation));
        }
        all.push_back(std::move(alternatives));
    }
    return all;
}

bool satisfies(std::string_view version, const Relation& wanted) {
    if (wanted.is == Is::any) return true;
    const auto order = compare_versions(version, wanted.version);
    switch (wanted.is) {
        case Is::earlier:
            return order < 0;
        case Is::earlier_or_equal:
            return order <= 0;
        case Is::equal:
            return order == 0;
        case Is::later_or_equal:
            return order >= 0;
        case Is::later:
            return order > 0;
        case Is::any:
            break;
    }
    return true;
}

}  // namespace mirrorseed::sync::debian
