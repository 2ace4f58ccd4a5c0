#include "core/store/manifest_changes.hpp"

#include "core/store/manifest_difference.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mirrorseed {
namespace {

constexpr std::string_view put = R"({"op":"put",)";
constexpr std::string_view drop = R"({"op":"drop",)";
constexpr std::string_view only_path = R"({"path":")";

// A name as it was at first, and as it is in the end; empty where it is not there.
struct Fate {
    std::string first, last;
};
using Fates = std::map<std::string, Fate, std::less<>>;

// Over one difference more. False where there are more names than are wanted.
Result<bool> follow(const Folder& manifests, const ManifestPair& pair, std::size_t most, Fates& fates) {
    bool is_enough = false;
    const auto read = each_differing_line(manifests, pair, [&](Difference difference) {
        const auto [fate, is_new] = fates.try_emplace(std::move(difference.path));
        if (is_new) fate->second.first = std::move(difference.older);
        fate->second.last = std::move(difference.newer);
        is_enough = fates.size() > most;
        return !is_enough;
    });
    if (!read) return read.error();
    return !is_enough;
}

void append(std::string& out, const std::string& path, const Fate& fate) {
    if (fate.first == fate.last) return;
    if (!fate.last.empty())
        out.append(put).append(fate.last, 1);
    else
        out.append(drop).append(only_path.substr(1)).append(percent_encode_path(path)).append("\"}");
    out += '\n';
}

}  // namespace

std::optional<std::vector<ManifestPair>> chain_of_pairs(const ManifestFiles& files, Generation since,
                                                        Generation upto) {
    std::vector<ManifestPair> chain;
    // From its end, for each generation has one before it and may have several behind it.
    for (auto at = upto; at > since; at = chain.back().older) {
        const auto pair = std::find_if(files.pairs.begin(), files.pairs.end(),
                                       [&](const ManifestPair& one) { return one.newer == at; });
        if (pair == files.pairs.end() || pair->older < since) return std::nullopt;
        chain.push_back(*pair);
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

Result<std::optional<std::string>> changes_between(const Folder& manifests, Generation since, Generation upto,
                                                   std::size_t most) {
    using Changes = std::optional<std::string>;
    const auto files = manifest_files(manifests);
    if (!files) return files.error();
    const auto chain = since > upto ? std::nullopt : chain_of_pairs(*files, since, upto);
    if (!chain) return Changes();
    Fates fates;
    for (const auto& pair : *chain) {
        const auto followed = follow(manifests, pair, most, fates);
        if (!followed) return followed.error();
        if (!*followed) return Changes();
    }
    std::string text;
    for (const auto& [path, fate] : fates)
        append(text, path, fate);
    return Changes(std::move(text));
}

Result<ChangeLine> parse_change_line(std::string_view line) {
    const auto bad = [&](const std::string& why) {
        return Error(Fault::bad_input, "line " + escape_text(line.substr(0, 200)) + " of changes " + why);
    };
    const bool is_put = line.starts_with(put);
    if (!is_put && !line.starts_with(drop)) return bad("says neither put nor drop");
    const auto plain = "{" + std::string(line.substr(is_put ? put.size() : drop.size()));
    auto path = path_of_line(plain);
    if (!path) return bad("has no good path");
    if (!is_put && plain != std::string(only_path) + percent_encode_path(*path) + "\"}")
        return bad("drops something else than a path");
    return ChangeLine{std::move(*path), is_put ? plain : std::string()};
}

}  // namespace mirrorseed
