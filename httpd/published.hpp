// What a store has published, read for each request at the tree's current generation.
//
// A Published owns its connection to the catalogue and its handles of the store,
// changes nothing, and is used by one thread at a time. A publish by another
// process is seen by the next request. What an upstream does not let everybody
// read is as if it were absent.
//
// It throws CatalogueTrouble when the catalogue fails.
#pragma once

#include "httpd/published_watch.hpp"
#include "httpd/source.hpp"

#include "core/blob_store.hpp"
#include "core/catalogue.hpp"
#include "core/log.hpp"
#include "core/signing.hpp"

#include <memory>
#include <string>

namespace mirrorseed::httpd {

class Published final : public Source {
public:
    struct Options {
        std::string store;                                // the store's folder
        std::string catalogue;                            // the database's path
        std::shared_ptr<const SigningKey> signing_key{};  // signs heads; may be absent
        std::shared_ptr<PublishedWatch> watch{};          // without one, nothing that was found is kept
    };
    // `log` outlives the source.
    static Result<std::unique_ptr<Published>> open(Options options, const Log& log);

    Found find(const RelPath& path, Spelling spelling) override;
    Found find_own(const RelPath& path) override;

private:
    Found find_now(const RelPath& path, Spelling spelling);
    Found find_own_now(const RelPath& path);
    // Before the look-up, so that a change in the middle of it is not missed.
    StillHolds holds_from_now() const;

    struct Place {
        const TreeRow& tree;
        RelPath path;
    };
    Published(Options options, Catalogue catalogue, BlobStore blobs, Folder store, const Log& log);

    std::optional<TreeRow> published_tree(std::string_view name);
    // Links are followed; nothing for what is absent or hidden.
    std::optional<PathEntry> look_up(const TreeRow& tree, const RelPath& path);
    std::optional<Entry> visible(const TreeRow& tree, const RelPath& path);

    Found trees();
    Found file(const Place& place, const Entry& entry);
    Found folder(const TreeRow& tree, const RelPath& path);
    Found made_for(const TreeRow& tree, const RelPath& path);
    Found head(const TreeRow& tree);
    Found manifest(const TreeRow& tree);
    Found blob(const std::string& hex);
    std::string signature(const TreeRow& tree, const GenerationRow& generation) const;

    Options options_;
    Catalogue catalogue_;
    BlobStore blobs_;
    Folder store_;
    const Log& log_;
};

}  // namespace mirrorseed::httpd
