// Paths as RPM's metadata spells them, within the repository.
#pragma once

#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/text.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::sync::rpm {

// Makers of repositories write "./Packages//a.rpm" too, and clients ask for that.
inline Result<RelPath> repo_path(std::string_view text) {
    std::string plain;
    for (auto rest = text; !rest.empty();) {
        const auto part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const bool is_first = plain.empty() && part.data() == text.data();
        if ((part.empty() && !is_first) || part == ".") continue;
        if (!plain.empty() || part.empty()) plain += '/';
        plain += part;
    }
    auto path = RelPath::parse(plain);
    if (path && !path->is_root()) return path;
    return Error(Fault::bad_input, in_quotes(text) + " is a path outside of the repository");
}

}  // namespace mirrorseed::sync::rpm
