// STORE/releases/TREE/*.json: what the catalogue knows of one release, for the day on which it is lost.
#pragma once

#include "core/result.hpp"
#include "core/store/catalogue_releases.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

struct ReleaseRecord {
    Release release{};  // its numbers in the catalogue do not count
    std::vector<ReleaseFile> files{};
    std::string torrent{}, magnet{};

    // It proves itself: what was cut off or changed is no record.
    std::string text() const;
    static Result<ReleaseRecord> parse(std::string_view text);

    // Another one whenever something changed that a record is written anew for.
    std::string stamp() const { return stamp_of(release); }
    static std::string stamp_of(const Release& release);
    // Of a record's text, or of its beginning.
    static std::string_view stamp_in(std::string_view text);

    // Names its file: the same for the same contents at the same path.
    static std::string name_of(const Release& release);
};

}  // namespace mirrorseed
