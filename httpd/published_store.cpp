#include "httpd/published_store.hpp"

#include "httpd/link_walk.hpp"

#include <utility>

namespace mirrorseed::httpd {

Result<PublishedStore> PublishedStore::open(const std::string& store, const std::string& catalogue,
                                            const Log& log) {
    auto blobs = BlobStore::open_to_read(store);
    if (!blobs) return blobs.error();
    auto folder = Folder::open(store);
    if (!folder) return folder.error();
    return PublishedStore(Catalogue::open_to_read(catalogue), std::move(*blobs), std::move(*folder), log);
}

PublishedStore::PublishedStore(Catalogue catalogue, BlobStore blobs, Folder folder, const Log& log)
    : catalogue_(std::move(catalogue)), blobs_(std::move(blobs)), folder_(std::move(folder)), log_(log) {}

std::optional<TreeRow> PublishedStore::tree(std::string_view name) {
    auto tree = catalogue_.trees().find(name);
    if (tree && tree->generation == 0) tree.reset();
    return tree;
}

std::optional<GenerationRow> PublishedStore::generation(const TreeRow& tree) {
    return catalogue_.trees().generation(tree.id, tree.generation);
}

std::optional<Entry> PublishedStore::visible(const TreeRow& tree, const RelPath& path) {
    auto entry = catalogue_.entries().find(tree.id, tree.generation, path);
    if (entry && entry->hidden) entry.reset();
    return entry;
}

std::optional<PathEntry> PublishedStore::look_up(const TreeRow& tree, const RelPath& path) {
    // Nothing has a row beneath a link, so a row at the whole path means that no link is on the way.
    auto direct = visible(tree, path);
    if (direct && direct->kind != EntryKind::link) return PathEntry{path, std::move(*direct)};

    const LookAt look = [&](const RelPath& at) -> std::optional<Stop> {
        const auto entry = visible(tree, at);
        if (!entry) return std::nullopt;
        return Stop{entry->kind, entry->target};
    };
    const auto end = follow_links(path, look);
    if (!end) return std::nullopt;
    auto entry = visible(tree, *end);
    if (!entry) return std::nullopt;
    return PathEntry{*end, std::move(*entry)};
}

Found PublishedStore::content(const Digest& digest, ContentFacts facts, const std::string& shown) {
    auto opened = blobs_.open_blob(digest);
    if (!opened) {
        log_.error("the content of {} is not in the store ({}); run `mirrorseed verify --repair`",
                   outside(shown), outside(opened.error().text()));
        return Refused{503, "this file is damaged here; its keeper was told"};
    }
    const auto on_disk = mirrorseed::facts_of(*opened, shown);
    if (!on_disk || on_disk->size != facts.size) {
        log_.error("the content of {} has the wrong size in the store; run `mirrorseed verify --repair`",
                   outside(shown));
        return Refused{503, "this file is damaged here; its keeper was told"};
    }
    return FileFound{std::move(*opened), std::move(facts)};
}

}  // namespace mirrorseed::httpd
