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

#include "core/described_file.hpp"
#include "core/log.hpp"
#include "core/signing.hpp"
#include "core/store/blob_store.hpp"
#include "core/store/catalogue.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

// What other parts of the house know.
struct Describing {
    std::string public_url{};  // what our paths stand behind; empty: links begin with the path
    // Where else the file of the tree is.
    std::function<std::vector<std::string>(const std::string& tree, const RelPath& path)> elsewhere{};
    std::function<std::string(const DescribedFile& file)> metalink{};
};

class Published final : public Source {
public:
    struct Options {
        std::string store;                                // the store's folder
        std::string catalogue;                            // the database's path
        std::shared_ptr<const SigningKey> signing_key{};  // signs heads; may be absent
        std::shared_ptr<PublishedWatch> watch{};          // without one, nothing that was found is kept
        Describing describing{};
    };
    // `log` outlives the source.
    static Result<std::unique_ptr<Published>> open(Options options, const Log& log);

    Found find(const RelPath& path, Spelling spelling) override;
    Found find_own(const OwnPath& own) override;

private:
    Found find_now(const RelPath& path, Spelling spelling);
    Found find_own_now(const OwnPath& own);
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

    // The trees, in published.cpp.
    Found trees();
    Found file(const Place& place, const Entry& entry);
    Found folder(const TreeRow& tree, const RelPath& path);
    // A content that the store should have. `shown` names it for the log.
    Found content(const Digest& digest, ContentFacts facts, const std::string& shown);

    // For nodes and for whoever knows the digest, in published_own.cpp.
    Found head(const TreeRow& tree);
    Found manifest(const TreeRow& tree);
    Found blob(const std::string& hex);

    // What describes files, and torrents' data, in published_releases.cpp.
    struct Described {
        RelPath path;
        Digest digest{};
        Bytes size = 0;
        UnixTime modified = 0;
    };
    Found made_for(const TreeRow& tree, const RelPath& path);
    Found pad_beside(const TreeRow& tree, const RelPath& path);
    std::optional<Described> described_file(const TreeRow& tree, const RelPath& path);
    std::string metalink(const TreeRow& tree, const Described& file);
    bool has_torrent(const TreeRow& tree, const RelPath& path, const Digest& content);
    std::string links(const TreeRow& tree, const RelPath& path, const Digest& content);
    std::vector<std::string> elsewhere(const TreeRow& tree, const RelPath& path) const;
    std::string url(const TreeRow& tree, const RelPath& path, std::string_view ending = {}) const;
    Found seed(const std::string& info_hash, const RelPath& below);
    Found release_file(const Release& release, const ReleaseFile& file);

    std::string signature(const TreeRow& tree, const GenerationRow& generation) const;

    Options options_;
    Catalogue catalogue_;
    BlobStore blobs_;
    Folder store_;
    const Log& log_;
};

}  // namespace mirrorseed::httpd
