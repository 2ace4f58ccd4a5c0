// A store as whoever serves it reads it: what each tree's current generation shows, and the contents.
//
// What an upstream does not let everybody read is as if it were absent.
#pragma once

#include "httpd/source.hpp"
#include "httpd/troubles.hpp"

#include "core/store/blob_store.hpp"
#include "core/store/catalogue.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

class PublishedStore {
public:
    // Told of contents whose files are not as they were left.
    using Doubt = std::function<void(const Digest&)>;

    // The folder of the store, and the database's path.
    static Result<PublishedStore> open(const std::string& store, const std::string& catalogue, Doubt doubt,
                                       std::shared_ptr<Troubles> troubles);

    std::optional<TreeRow> tree(std::string_view name);
    std::optional<GenerationRow> generation(const TreeRow& tree);
    // Links are followed; nothing for what is absent or hidden.
    std::optional<PathEntry> look_up(const TreeRow& tree, const RelPath& path);
    struct LookedUp {
        std::optional<PathEntry> found{};
        // Where nothing is found, and nothing hidden was on the way: the place that the path leads to.
        std::optional<RelPath> gap{};
    };
    LookedUp look_along(const TreeRow& tree, const RelPath& path);
    // A content that the store should have. `shown` names it for the log.
    Found content(const Digest& digest, ContentFacts facts, const std::string& shown);
    // The inode of a content's file, where it is as it was left; else who looks after the store is told.
    std::optional<FileFacts> sound_inode(const Digest& digest, const Descriptor& file,
                                         const std::string& shown);

    Catalogue& catalogue() noexcept { return catalogue_; }
    const Folder& folder() const noexcept { return folder_; }
    Troubles& troubles() const noexcept { return *troubles_; }

private:
    PublishedStore(Catalogue catalogue, BlobStore blobs, Folder folder, Doubt doubt,
                   std::shared_ptr<Troubles> troubles);
    Refused not_opened(const Digest& digest, const Error& error, const std::string& shown);
    std::string_view what_follows() const;

    Catalogue catalogue_;
    BlobStore blobs_;
    Folder folder_;
    Doubt doubt_;
    std::shared_ptr<Troubles> troubles_;
};

}  // namespace mirrorseed::httpd
