// Files named so that strangers find them and know what they have: what describes a tree's files, and
// contents by digest or by torrent, whatever became of the tree.
#pragma once

#include "httpd/published_store.hpp"
#include "httpd/zeros.hpp"

#include "core/described_file.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {

// What other parts of the house know.
struct Describing {
    std::string public_url{};  // what our paths stand behind; empty: links begin with the path
    // Where else the file of the tree is.
    std::function<std::vector<std::string>(const std::string& tree, const RelPath& path)> elsewhere{};
    std::function<std::string(const DescribedFile& file)> metalink{};
    // Whether pages of the tree are a stranger's; empty: all are.
    std::function<bool(const std::string& tree)> sandboxed{};
};

class PublishedReleases {
public:
    PublishedReleases(PublishedStore& store, Describing describing)
        : store_(store), describing_(std::move(describing)) {}

    // Of a path that the tree does not have.
    Found made_for(const TreeRow& tree, const RelPath& path);
    bool is_sandboxed(const std::string& tree) const;
    // The field Link of a tree's file.
    std::string links(const TreeRow& tree, const RelPath& path, const Digest& content);

    Found blob(const std::string& hex);
    Found seed(const std::string& info_hash, const RelPath& below);
    // One of a release that need not be listed yet.
    Found release_file(const Release& release, const ReleaseFile& file);

private:
    struct Described {
        RelPath path;
        Digest digest{};
        Bytes size = 0;
        UnixTime modified = 0;
    };
    Found pad_beside(const TreeRow& tree, const RelPath& path);
    std::optional<Described> described_file(const TreeRow& tree, const RelPath& path);
    std::string metalink(const TreeRow& tree, const Described& file);
    bool has_torrent(const TreeRow& tree, const RelPath& path, const Digest& content);
    std::vector<std::string> elsewhere(const TreeRow& tree, const RelPath& path) const;
    std::string url(const TreeRow& tree, const RelPath& path, std::string_view ending = {}) const;
    Releases& releases() { return store_.catalogue().releases(); }

    PublishedStore& store_;
    Describing describing_;
    Zeros zeros_;
};

}  // namespace mirrorseed::httpd
