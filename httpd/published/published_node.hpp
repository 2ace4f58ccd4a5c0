// What other nodes sync a tree from: its generation's head, signed where there is a key, its
// manifest, and what became of an earlier one.
#pragma once

#include "httpd/published/published_store.hpp"

#include "core/signing.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mirrorseed::httpd {

class PublishedNode {
public:
    PublishedNode(PublishedStore& store, std::shared_ptr<const SigningKey> key)
        : store_(store), key_(std::move(key)) {}

    Found head(const std::string& tree);
    Found manifest(const std::string& tree);
    Found changes(const std::string& tree, std::string_view query);

private:
    PublishedStore& store_;
    std::shared_ptr<const SigningKey> key_;  // may be absent
};

}  // namespace mirrorseed::httpd
