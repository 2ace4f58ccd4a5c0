#include "torrentgen/stored_name.hpp"

#include <algorithm>
#include <array>

namespace mirrorseed::torrentgen {
namespace {

// A name without separators, NULs and the marks that reorder text, as libtorrent stores it.
std::string kept(std::string_view name) {
    static constexpr std::array<std::string_view, 10> dropped{std::string_view("\0", 1),
                                                              "/",
                                                              "\\",
                                                              "\u202a",
                                                              "\u202b",
                                                              "\u202c",
                                                              "\u202d",
                                                              "\u202e",
                                                              "\u200e",
                                                              "\u200f"};
    std::string left;
    while (!name.empty()) {
        const auto gone =
            std::ranges::find_if(dropped, [&](std::string_view mark) { return name.starts_with(mark); });
        if (gone == dropped.end()) left += name.front();
        name.remove_prefix(gone == dropped.end() ? 1 : gone->size());
    }
    return left;
}

}  // namespace

bool vanishes(std::string_view name) {
    if (name.empty()) return false;
    const auto left = kept(name);
    return left.empty() || left == "." || left == "..";
}

bool is_named_as_pad(std::string_view part) {
    return part.find("_____padding_file_") != part.npos;
}

bool same_when_stored(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    if (one == other) return true;
    const auto stored = [](const std::vector<std::string>& path) {
        std::vector<std::string> parts;
        for (const auto& part : path)
            if (!vanishes(part)) parts.push_back(kept(part));
        return parts;
    };
    return stored(one) == stored(other);
}

}  // namespace mirrorseed::torrentgen
