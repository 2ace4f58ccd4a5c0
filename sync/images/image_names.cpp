#include "sync/images/image_names.hpp"

#include "sync/checksum_names.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mirrorseed::sync::images {
namespace {

constexpr std::array<std::string_view, 4> signature_endings{".sig", ".asc", ".sign", ".gpg"};
// What distributions put beside an image.
constexpr std::array<std::string_view, 10> companion_endings{
    ".zsync",    ".jigdo", ".template", ".torrent",  ".manifest",
    ".packages", ".list",  ".meta4",    ".metalink", ".verify"};

// As names of checksum lists begin and end (sync/checksum_names.hpp), in either case; and those above.
constexpr std::array<const char*, 9> beside_images{
    "[mM][dD]5*",
    "[sS][hH][aA][1-9]*",
    "[bB]2*",
    "*[cC][hH][eE][cC][kK][sS][uU][mM]*",
    "*.[mM][dD]5*",
    "*.[sS][hH][aA]*",
    "*.[bB]2*",
    "*.[dD][iI][gG][eE][sS][tT][sS]*",
    "*.{sig,asc,sign,gpg,zsync,jigdo,template,torrent,manifest,packages,list,meta4,metalink,verify}"};

template <class Endings>
bool is_one_of(std::string_view rest, const Endings& endings) {
    return std::find(endings.begin(), endings.end(), rest) != endings.end();
}

// Behind the whole name of the image, or behind that without its ending.
template <class Endings>
bool is_with(std::string_view name, std::string_view image, const Endings& endings) {
    for (const auto stem : {image, image.substr(0, image.rfind('.'))})
        if (!stem.empty() && name.starts_with(stem) && is_one_of(name.substr(stem.size()), endings))
            return true;
    return false;
}

// Where a pattern's last part begins; a slash within braces belongs to no part alone.
std::size_t last_part(std::string_view pattern) {
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '\\')
            ++at;
        else if (pattern[at] == '{')
            ++depth;
        else if (pattern[at] == '}')
            --depth;
        else if (pattern[at] == '/' && depth == 0)
            begin = at + 1;
    }
    return begin;
}

}  // namespace

bool is_companion(std::string_view name, std::string_view image) {
    return name != image && (is_with(name, image, companion_endings) || is_signature_of(name, image));
}

bool is_signature_of(std::string_view name, std::string_view image) {
    return name.starts_with(image) && is_one_of(name.substr(image.size()), signature_endings);
}

bool belongs_to(const RelPath& file, const std::vector<RelPath>& images) {
    return !is_of_a_checksum_set(file) &&
           std::any_of(images.begin(), images.end(),
                       [&](const RelPath& image) { return is_companion(file.name(), image.name()); });
}

std::vector<Glob> to_be_listed(const std::vector<Glob>& match) {
    auto patterns = match;
    for (const auto& glob : match) {
        const auto folder = glob.str().substr(0, last_part(glob.str()));
        const bool goes_deeper = glob.str().find("**", folder.size()) != std::string::npos;
        for (const auto* name : beside_images) {
            if (auto beside = Glob::parse(folder + name)) patterns.push_back(std::move(*beside));
            if (!goes_deeper) continue;
            if (auto below = Glob::parse(folder + "**/" + name)) patterns.push_back(std::move(*below));
        }
    }
    return patterns;
}

}  // namespace mirrorseed::sync::images
