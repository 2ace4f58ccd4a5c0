// The published trees as people and package managers see them: their list, folders and files.
#pragma once

#include "httpd/published/published_contents.hpp"
#include "httpd/published/published_descriptions.hpp"
#include "httpd/published/published_grace.hpp"
#include "httpd/published/published_not_held.hpp"
#include "httpd/published/published_store.hpp"

namespace mirrorseed::httpd {

class PublishedTrees {
public:
    PublishedTrees(PublishedStore& store, PublishedDescriptions& descriptions, PublishedContents& contents,
                   PublishedGrace& grace, PublishedNotHeld& not_held)
        : store_(store),
          descriptions_(descriptions),
          contents_(contents),
          grace_(grace),
          not_held_(not_held) {}

    Found find(const RelPath& path, Spelling spelling);

private:
    Found trees();
    Found file(const TreeRow& tree, const RelPath& path, const Entry& entry);
    // Of a path where the tree has nothing: what is made for it, what was dropped at `gap`, or where that is
    // to be had.
    Found made_for(const TreeRow& tree, const RelPath& path);
    Found absent(const TreeRow& tree, const RelPath& path, const std::optional<RelPath>& gap);
    // What is always told of a file's content.
    ContentFacts facts(const TreeRow& tree, const RelPath& path, const Entry& entry) const;
    Found folder(const TreeRow& tree, const RelPath& path, const RelPath& asked);

    PublishedStore& store_;
    PublishedDescriptions& descriptions_;
    PublishedContents& contents_;
    PublishedGrace& grace_;
    PublishedNotHeld& not_held_;
};

}  // namespace mirrorseed::httpd
