// Files that a tree's upstream has and the tree does not: whoever asks for one is sent there, where the
// config says so. All other names are as absent as before.
#pragma once

#include "httpd/published/published_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::httpd {

// Where the tree's files are that it does not hold: a URL that ends in a slash; nothing where nobody is sent.
using ElsewhereOf = std::function<std::optional<std::string>(const std::string& tree)>;

class PublishedNotHeld {
public:
    PublishedNotHeld(PublishedStore& store, ElsewhereOf elsewhere)
        : store_(store), elsewhere_(std::move(elsewhere)) {}

    // Of a place where the current generation has nothing.
    std::optional<Found> look_up(const TreeRow& tree, const RelPath& place);

private:
    PublishedStore& store_;
    ElsewhereOf elsewhere_;
};

}  // namespace mirrorseed::httpd
