// A generation's manifest lines as text, however they are kept: in full, or by differences.
//
// Nothing is held but the lines that are being merged, so that a tree of millions of entries needs no more
// memory than a small one. What makes a line an entry is looked at by whoever asks for entries.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/store/line_stream.hpp"
#include "core/store/manifest_difference.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mirrorseed {

struct ManifestText {
    std::string path;  // decoded
    std::string line;  // without its line feed
};

class ManifestLines {
public:
    virtual ~ManifestLines() = default;
    // False at the end. Paths only grow.
    virtual Result<bool> next(ManifestText& into) = 0;
    // Of the lines, once the end was reached.
    virtual Digest digest() = 0;
};

std::unique_ptr<ManifestLines> no_lines();
std::unique_ptr<ManifestLines> full_lines(LineStream stream);
// What `from` becomes by a difference whose one side it is. An error where it is not, and at the end where
// the lines have not the digest that the difference tells of them.
std::unique_ptr<ManifestLines> patched_lines(std::unique_ptr<ManifestLines> from, DifferenceStream difference,
                                             DifferenceSide to, const Digest& expected);

}  // namespace mirrorseed
