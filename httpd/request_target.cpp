#include "httpd/request_target.hpp"

#include "httpd/authority.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <vector>

namespace mirrorseed::httpd {
namespace {

bool starts_with_scheme(std::string_view text, std::string_view scheme) {
    return text.size() >= scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), text.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

struct Origin {
    std::string_view authority{};  // of the absolute form alone
    std::string_view form{};       // the target without it
};

// Nothing when it is no form that we know.
std::optional<Origin> split_origin(std::string_view text) {
    if (text.starts_with('/')) return Origin{{}, text};
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!starts_with_scheme(text, scheme)) continue;
        const auto rest = text.substr(scheme.size());
        const auto authority = rest.substr(0, rest.find_first_of("/?"));
        if (authority.empty() || !is_authority(authority)) return std::nullopt;
        return Origin{authority, rest.substr(authority.size())};
    }
    return std::nullopt;
}

struct Walk {
    unsigned status = 0;
    std::vector<std::string> parts;
    bool folder = true;
};

void take_part(Walk& walk, std::string_view raw, bool last) {
    auto part = percent_decode(raw);
    if (!part || part->find('\0') != std::string::npos) {
        walk.status = 400;
        return;
    }
    const bool dots = part->empty() || *part == "." || *part == "..";
    walk.folder = !last || dots;
    if (*part == "..") {
        if (walk.parts.empty())
            walk.status = 400;
        else
            walk.parts.pop_back();
    } else if (!dots) {
        walk.parts.push_back(std::move(*part));
    }
}

Walk walk_path(std::string_view path) {
    Walk walk;
    for (std::size_t begin = 0; begin <= path.size() && walk.status == 0;) {
        const auto end = std::min(path.find('/', begin), path.size());
        take_part(walk, path.substr(begin, end - begin), end == path.size());
        begin = end + 1;
    }
    return walk;
}

// A name that no tree can hold (too long, or with a decoded slash) is simply not there.
std::optional<RelPath> join(const std::vector<std::string>& parts) {
    std::string joined;
    for (const auto& part : parts) {
        if (!RelPath::parse_name(part)) return std::nullopt;
        joined.append(joined.empty() ? "" : "/").append(part);
    }
    auto path = RelPath::parse(joined);
    if (!path) return std::nullopt;
    return std::move(*path);
}

}  // namespace

std::optional<std::string> Target::asked(std::string_view name) const {
    const std::string_view whole = query;
    for (std::size_t begin = 0; begin < whole.size();) {
        const auto end = std::min(whole.find('&', begin), whole.size());
        const auto pair = whole.substr(begin, end - begin);
        const auto equals = std::min(pair.find('='), pair.size());
        begin = end + 1;
        if (pair.substr(0, equals) != name) continue;
        auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
        if (!value) return std::nullopt;
        return std::move(*value);
    }
    return std::nullopt;
}

std::string Target::url() const {
    return path.is_root() ? "/" : "/" + percent_encode_path(path.str()) + (folder ? "/" : "");
}

std::string_view authority_of(std::string_view target) {
    const auto origin = split_origin(target);
    return origin ? origin->authority : std::string_view();
}

ParsedTarget parse_target(std::string_view text) {
    const auto origin = split_origin(text);
    if (!origin || origin->form.find('#') != std::string_view::npos) return {.status = 400, .target = {}};
    const auto form = origin->form;
    const auto question = std::min(form.find('?'), form.size());
    const auto walk = walk_path(form.substr(0, question));
    if (walk.status != 0) return {.status = walk.status, .target = {}};
    auto path = join(walk.parts);
    if (!path) return {.status = 404, .target = {}};
    return {.status = 0,
            .target = {.path = std::move(*path),
                       .folder = walk.folder,
                       .query = std::string(form.substr(std::min(question + 1, form.size())))}};
}

}  // namespace mirrorseed::httpd
