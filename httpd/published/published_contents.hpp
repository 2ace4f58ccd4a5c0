// Contents by their digest or by a torrent, whatever became of the tree that they were in.
#pragma once

#include "httpd/published/published_store.hpp"
#include "httpd/published/zeros.hpp"

#include <functional>
#include <string>
#include <utility>

namespace mirrorseed::httpd {

class PublishedContents {
public:
    // Whether pages of the tree are a stranger's; empty: all are.
    using Sandboxed = std::function<bool(const std::string& tree)>;
    explicit PublishedContents(PublishedStore& store, Sandboxed sandboxed = {})
        : store_(store), sandboxed_(std::move(sandboxed)) {}

    Found blob(const std::string& hex);
    Found seed(const std::string& info_hash, const RelPath& below);
    // One of a release that need not be listed yet.
    Found release_file(const Release& release, const ReleaseFile& file);
    // A folder release's pads, for clients whose web seed is the tree itself.
    Found pad_beside(const TreeRow& tree, const RelPath& path);

    bool is_sandboxed(const std::string& tree) const { return !sandboxed_ || sandboxed_(tree); }

private:
    Releases& releases() { return store_.catalogue().releases(); }

    PublishedStore& store_;
    Sandboxed sandboxed_;
    Zeros zeros_;
};

}  // namespace mirrorseed::httpd
