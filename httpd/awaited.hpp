// A file that is not here yet, and that somebody else may bring.
#pragma once

#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "core/units.hpp"

#include <memory>
#include <string>

namespace mirrorseed::httpd {

// A content by the name that a tree's metadata has for it. Another generation may have another one there.
struct WantedContent {
    std::string tree{};
    RelPath path{};
    Digest content{};
    bool operator==(const WantedContent&) const = default;
};

struct Awaited {
    WantedContent wanted{};
    Bytes size = 0;
    std::string media_type{};
};

class PartFile;

enum class AwaitedFate {
    comes,         // or so it seems; to be looked for again
    gone,          // nobody has it
    late,          // it cannot be had just now
    nobody_brings  // there is nobody who would
};

struct Prospect {
    AwaitedFate fate = AwaitedFate::nobody_brings;
    std::shared_ptr<const PartFile> part{};  // of one that comes and may be read along
};

}  // namespace mirrorseed::httpd
