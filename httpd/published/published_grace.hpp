// Files that an upstream dropped a little while ago, as a store has them (httpd/grace_rule.hpp).
#pragma once

#include "httpd/published/grace_rule.hpp"
#include "httpd/published/published_store.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace mirrorseed::httpd {

// How long the tree's config graces that path of the tree; nothing where the config leaves it out.
using GraceOf = std::function<std::chrono::seconds(const std::string& tree, const RelPath& path)>;

class PublishedGrace {
public:
    // Without `grace` nothing is graced.
    PublishedGrace(PublishedStore& store, GraceOf grace, Clock clock)
        : store_(store), grace_(std::move(grace)), clock_(std::move(clock)) {}

    struct Graced {
        Entry entry;
        UnixTime until = 0;
    };
    // Of a place where the current generation has nothing. A name that never was costs one look-up.
    std::optional<Graced> look_up(const TreeRow& tree, const RelPath& place);
    // As long as the clock says so.
    StillHolds holds_until(UnixTime until) const;

private:
    PublishedStore& store_;
    GraceOf grace_;
    Clock clock_;
};

}  // namespace mirrorseed::httpd
