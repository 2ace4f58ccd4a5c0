// Whether a file that an upstream dropped is still given to those who ask for it, and until when.
//
// Pure. Clients go by indices of yesterday, so a regular file that an upstream's listing has no more stays
// for its tree's `grace`, and under its own name alone. What was taken away for another reason is gone at
// once: what was hidden when it left, what is hidden or withdrawn now, what we or the config left out, and
// what a rollback took back.
#pragma once

#include "core/store/catalogue_entries.hpp"
#include "core/store/catalogue_trees.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace mirrorseed::httpd {

struct GraceFacts {
    LastState last;  // of a name that the current generation does not have
    bool is_withdrawn = false;
    bool is_only_hidden = false;    // its content, of whatever name now
    std::chrono::seconds grace{0};  // nothing for what the config leaves out, or a tree without one
    const std::vector<GenerationRow>& generations;  // of its tree, newest first
    UnixTime now = 0;
};

// From when on it is gone; nothing where it is. gc keeps the bytes until the same second: where no clock
// tells when the name left, they are kept and nobody gets them.
std::optional<UnixTime> graced_until(const GraceFacts& facts);

}  // namespace mirrorseed::httpd
