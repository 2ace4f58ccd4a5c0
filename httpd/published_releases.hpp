// Files named so that strangers find them and know what they have: what describes a tree's files, releases
// and feeds of them, and contents by digest or by torrent, whatever became of the tree.
#pragma once

#include "httpd/published_store.hpp"
#include "httpd/told_releases.hpp"
#include "httpd/zeros.hpp"

#include "core/described_file.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {

// What other parts of the house know.
struct Describing {
    std::string public_url{};  // what our paths stand behind; empty: links begin with the path
    std::function<std::string(std::span<const DescribedFile> files)> metalink{};
    // Where there is a tracker; asked for the answer of a moment.
    SwarmOf swarm{};
    // Whether pages of the tree are a stranger's; empty: all are.
    std::function<bool(const std::string& tree)> sandboxed{};
};

class PublishedReleases {
public:
    PublishedReleases(PublishedStore& store, Describing describing)
        : store_(store),
          describing_(std::move(describing)),
          told_(store, describing_.public_url, describing_.swarm) {}

    // Of a path that the tree does not have.
    Found made_for(const TreeRow& tree, const RelPath& path);
    bool is_sandboxed(const std::string& tree) const;
    // The field Link of a tree's file.
    std::string links(const TreeRow& tree, const RelPath& path, const Digest& content);

    // What is below /-/releases/; `rest` may be nothing, a tree, its feed, or a release.
    Found listed(const RelPath& rest);
    Found json();
    Found feed();
    // `name` is an info hash, and may have one of the endings of what describes a release.
    Found by_hash(const std::string& name);

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
        std::optional<Release> release{};  // of this very content
    };
    Found pad_beside(const TreeRow& tree, const RelPath& path);
    std::optional<Described> described_file(const TreeRow& tree, const RelPath& path);
    // The release of that path whose content is what the tree has there.
    std::optional<Release> release_of(const TreeRow& tree, const RelPath& path, const Digest& content);
    std::string metalink(const TreeRow& tree, const Described& file);
    std::string metalink(const Release& release);
    DescribedFile described(const Release& release, const ReleaseFile& file, const std::string& torrent_url);
    std::string checksums(const Release& release);
    // One of the endings' texts.
    Found description(const Release& release, std::string_view ending);
    Found page(const Release& release);
    // Swarms change without a commit.
    void keep_shortly(TextFound& found) const;
    Found feed_of(const std::string& name, std::optional<TreeId> tree);

    Releases& releases() { return store_.catalogue().releases(); }

    PublishedStore& store_;
    Describing describing_;
    ToldReleases told_;
    Zeros zeros_;
};

}  // namespace mirrorseed::httpd
