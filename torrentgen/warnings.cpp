#include "torrentgen/warnings.hpp"

namespace mirrorseed::torrentgen {

std::vector<Warning> warnings_for(const Torrent& torrent) {
    std::vector<Warning> found;
    for (const auto checks : {content_checks(), source_checks()})
        for (const auto& check : checks)
            if (auto text = check.text(torrent)) found.push_back({std::string(check.code), std::move(*text)});
    return found;
}

}  // namespace mirrorseed::torrentgen
