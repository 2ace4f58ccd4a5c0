// What the checksum lists of one folder say of the images that are chosen there. Pure.
#pragma once

#include "sync/checksums/checksum_sets.hpp"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mirrorseed::sync::images {

struct ImageSet {
    std::vector<RelPath> images{};  // that are chosen
    std::vector<ReadSet> lists{};
    bool must_be_signed = false;
};

struct SetVerdict {
    std::string fault{};  // why nothing of the folder may be shown; or empty
    std::unordered_map<RelPath, Checksum>
        sums{};                             // of whatever the lists name: SHA-256, or else the strongest
    std::vector<RelPath> held{};            // lists and signatures that were believed
    std::vector<RelPath> need_signature{};  // images of which no signed list tells
    std::vector<RelPath> untold{};          // images of which no list tells at all: other names of one, say
};

std::string nobody_tells_of(const RelPath& image);

// `has_signature`: whether an image has one of its own beside it. What lists name and the upstream does not
// have is of no interest: it comes, or went, without the others.
SetVerdict judge_set(const ImageSet& set, const std::function<bool(const RelPath&)>& has_signature);

}  // namespace mirrorseed::sync::images
