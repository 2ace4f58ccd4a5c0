// What describes files and releases: torrents, magnets, checksums, metalinks, and the links that lead there.
#pragma once

#include "httpd/published/published_store.hpp"
#include "httpd/published/told_releases.hpp"

#include "core/described_file.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mirrorseed::httpd {

using Metalink = std::function<std::string(std::span<const DescribedFile> files)>;

class PublishedDescriptions {
public:
    // Without a function for it, nothing has a metalink.
    PublishedDescriptions(PublishedStore& store, ToldReleases& told, Metalink metalink)
        : store_(store), told_(told), metalink_(std::move(metalink)) {}

    // Of a path that the tree does not have.
    Found made_for(const TreeRow& tree, const RelPath& path);
    // The field Link of a tree's file.
    std::string links(const TreeRow& tree, const RelPath& path, const Digest& content);

    // Finds a release by what stands before an ending, such as ".torrent", and describes it so.
    Found by_ending(const std::string& text,
                    const std::function<std::optional<Release>(const std::string& before)>& find);

private:
    struct Described {
        RelPath path;
        Digest digest{};
        Bytes size = 0;
        UnixTime modified = 0;
        std::optional<Release> release{};  // of this very content
    };
    std::optional<Described> described_file(const TreeRow& tree, const RelPath& path);
    // The release of that path whose content is what the tree has there.
    std::optional<Release> release_of(const TreeRow& tree, const RelPath& path, const Digest& content);
    std::string metalink(const TreeRow& tree, const Described& file);
    std::string metalink(const Release& release);
    DescribedFile described(const Release& release, const ReleaseFile& file, const std::string& torrent_url);
    std::string checksums(const Release& release);
    // One of the endings' texts.
    Found description(const Release& release, std::string_view ending);

    Releases& releases() { return store_.catalogue().releases(); }

    PublishedStore& store_;
    ToldReleases& told_;
    Metalink metalink_;
};

}  // namespace mirrorseed::httpd
