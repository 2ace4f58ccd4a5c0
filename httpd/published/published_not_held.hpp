// Files that a tree's upstream has and the tree does not: whoever asks for one is sent there, or it is
// brought, as the config says. All other names are as absent as before.
#pragma once

#include "httpd/published/published_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::httpd {

// Where the tree's files are that it does not hold: a URL that ends in a slash; nothing where nobody is sent.
using ElsewhereOf = std::function<std::optional<std::string>(const std::string& tree)>;

// Where they are brought when somebody asks.
struct OnDemandRule {
    // How large one may be; nothing where none is brought.
    std::function<std::optional<Bytes>(const std::string& tree)> most{};
    std::function<bool(const WantedContent&)> is_gone{};   // nobody has it
    std::function<void(const WantedContent&)> note_use{};  // of one that came so
};

class PublishedNotHeld {
public:
    PublishedNotHeld(PublishedStore& store, ElsewhereOf elsewhere, OnDemandRule on_demand)
        : store_(store), elsewhere_(std::move(elsewhere)), on_demand_(std::move(on_demand)) {}

    // Of a place where the current generation has nothing.
    std::optional<Found> look_up(const TreeRow& tree, const RelPath& place);

private:
    bool is_here(TreeId tree, const Digest& content);
    std::optional<Found> brought(const TreeRow& tree, const NotHeldFile& file, Bytes most);

    PublishedStore& store_;
    ElsewhereOf elsewhere_;
    OnDemandRule on_demand_;
};

}  // namespace mirrorseed::httpd
