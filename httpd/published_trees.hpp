// The published trees as people and package managers see them: their list, folders and files.
#pragma once

#include "httpd/published_grace.hpp"
#include "httpd/published_releases.hpp"
#include "httpd/published_store.hpp"

namespace mirrorseed::httpd {

class PublishedTrees {
public:
    PublishedTrees(PublishedStore& store, PublishedReleases& releases, PublishedGrace& grace)
        : store_(store), releases_(releases), grace_(grace) {}

    Found find(const RelPath& path, Spelling spelling);

private:
    Found trees();
    Found file(const TreeRow& tree, const RelPath& path, const Entry& entry);
    // Of a path where the tree has nothing: what is made for it, or what was dropped at `gap`.
    Found absent(const TreeRow& tree, const RelPath& path, const std::optional<RelPath>& gap);
    // What is always told of a file's content.
    ContentFacts facts(const TreeRow& tree, const RelPath& path, const Entry& entry) const;
    Found folder(const TreeRow& tree, const RelPath& path);

    PublishedStore& store_;
    PublishedReleases& releases_;
    PublishedGrace& grace_;
};

}  // namespace mirrorseed::httpd
