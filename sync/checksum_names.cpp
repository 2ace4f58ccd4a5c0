#include "sync/checksum_names.hpp"

#include "core/text.hpp"

#include <array>
#include <string>

namespace mirrorseed::sync {
namespace {

// How file names begin or end that tell of one kind.
constexpr std::array name_words{"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "b2"};
constexpr std::array signature_endings{".gpg", ".sign", ".asc", ".sig"};

std::string_view without_ending(std::string_view name, std::string_view ending) {
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
    return name;
}

// "sha256sum", "SHA256SUMS-desktop", "sha256sum-v2.txt"; not "sha256sum.c".
bool is_named_as_list(std::string_view low) {
    for (const std::string_view word : name_words) {
        if (!low.starts_with(word)) continue;
        auto rest = low.substr(word.size());
        if (rest.empty() && word != "b2") return true;
        if (!rest.starts_with("sum")) continue;
        rest.remove_prefix(3);
        return rest.ends_with(".txt") || rest.find('.') == std::string_view::npos;
    }
    return false;
}

}  // namespace

bool is_checksum_list(const RelPath& path) {
    const auto low = lowered(path.name());
    const auto stem = without_ending(low, ".txt");
    return is_named_as_list(low) || stem.ends_with("checksum") || stem.ends_with("checksums") ||
           !listed_name(path).empty();
}

std::string_view listed_name(const RelPath& path) {
    const auto list = path.name();
    const auto low = lowered(list);
    auto stem = without_ending(low, ".txt");
    for (const std::string_view ending : {".checksum", ".digests"})
        if (stem.ends_with(ending)) return list.substr(0, stem.size() - ending.size());
    stem = without_ending(without_ending(stem, "s"), "sum");
    for (const std::string_view word : name_words) {
        const auto rest = without_ending(stem, word);
        if (rest.size() < stem.size() && rest.size() > 1 && rest.ends_with('.'))
            return list.substr(0, rest.size() - 1);
    }
    return {};
}

std::vector<RelPath> signature_names(const RelPath& path) {
    std::vector<RelPath> names;
    for (const char* ending : signature_endings)
        if (auto name = RelPath::parse(path.str() + ending); name && !path.is_root())
            names.push_back(std::move(*name));
    return names;
}

std::optional<RelPath> signed_name(const RelPath& path) {
    for (const std::string_view ending : signature_endings) {
        if (!path.name().ends_with(ending) || path.name().size() == ending.size()) continue;
        if (auto name = RelPath::parse(without_ending(path.str(), ending))) return std::move(*name);
    }
    return {};
}

bool is_of_a_checksum_set(const RelPath& path) {
    if (is_checksum_list(path)) return true;
    const auto list = signed_name(path);
    return list && is_checksum_list(*list);
}

}  // namespace mirrorseed::sync
