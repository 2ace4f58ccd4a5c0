// A manifest's entries one after the other, out of compressed bytes that come as they are asked for.
//
// The lines are in raw path order and no path comes twice. Until the end was reached entries are only what
// somebody claims: whoever acts on them must be able to take everything back. After an error nothing more
// may be asked.
#pragma once

#include "core/entry.hpp"
#include "core/store/line_stream.hpp"

#include <optional>
#include <string>

namespace mirrorseed {

class ManifestStream {
public:
    ManifestStream(ByteSource source, std::string name, const ManifestLimits& limits = {},
                   std::optional<Digest> expected = {});

    // The next entry, nothing at the end.
    Result<std::optional<PathEntry>> next();
    // Of the lines, once the end was reached.
    const Digest& digest() const { return lines_.digest(); }

private:
    LineStream lines_;
    RelPath last_;  // which is the root, and less than any path, before the first line
};

}  // namespace mirrorseed
