// The published trees as people and package managers see them: their list, folders and files.
#pragma once

#include "httpd/published_releases.hpp"
#include "httpd/published_store.hpp"

namespace mirrorseed::httpd {

class PublishedTrees {
public:
    PublishedTrees(PublishedStore& store, PublishedReleases& releases) : store_(store), releases_(releases) {}

    Found find(const RelPath& path, Spelling spelling);

private:
    Found trees();
    Found file(const TreeRow& tree, const RelPath& path, const Entry& entry);
    Found folder(const TreeRow& tree, const RelPath& path);

    PublishedStore& store_;
    PublishedReleases& releases_;
};

}  // namespace mirrorseed::httpd
