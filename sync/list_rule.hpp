// Which lists of checksums decide what a file must be. Pure.
//
// A list that nobody signed guards against a damaged transfer and not against the upstream, and archives of
// size hold many that are stale.
#pragma once

namespace mirrorseed::sync {

enum class ListRule {
    automatic,  // those with a good signature, and those that have or had one where a keyring asks for it
    require,    // every one
    ignore,     // none: lists are files like others
};

}  // namespace mirrorseed::sync
