#include "httpd/published.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/link_walk.hpp"

#include <utility>

namespace mirrorseed::httpd {
namespace {

std::pair<std::string, RelPath> split_first(const RelPath& path) {
    const auto& text = path.str();
    const auto slash = text.find('/');
    if (slash == std::string::npos) return {text, RelPath()};
    return {text.substr(0, slash), RelPath::parse(text.substr(slash + 1)).value()};
}

ListedItem listed(const NamedEntry& named) {
    return {.name = named.name,
            .kind = named.entry.kind,
            .size = named.entry.size,
            .modified = named.entry.mtime.seconds(),
            .digest = named.entry.digest,
            .target = named.entry.target};
}

// What may be answered with again.
Found keeping(Found found, StillHolds still_holds) {
    if (auto* file = std::get_if<FileFound>(&found))
        file->still_holds = std::move(still_holds);
    else if (auto* folder = std::get_if<FolderFound>(&found))
        folder->still_holds = std::move(still_holds);
    else if (auto* text = std::get_if<TextFound>(&found))
        text->still_holds = std::move(still_holds);
    return found;
}

}  // namespace

Result<std::unique_ptr<Published>> Published::open(Options options, const Log& log) {
    auto blobs = BlobStore::open_to_read(options.store);
    if (!blobs) return blobs.error();
    auto store = Folder::open(options.store);
    if (!store) return store.error();
    auto catalogue = Catalogue::open_to_read(options.catalogue);
    return std::unique_ptr<Published>(
        new Published(std::move(options), std::move(catalogue), std::move(*blobs), std::move(*store), log));
}

Published::Published(Options options, Catalogue catalogue, BlobStore blobs, Folder store, const Log& log)
    : options_(std::move(options)),
      catalogue_(std::move(catalogue)),
      blobs_(std::move(blobs)),
      store_(std::move(store)),
      log_(log) {}

std::optional<TreeRow> Published::published_tree(std::string_view name) {
    auto tree = catalogue_.trees().find(name);
    if (tree && tree->generation == 0) tree.reset();
    return tree;
}

std::optional<Entry> Published::visible(const TreeRow& tree, const RelPath& path) {
    auto entry = catalogue_.entries().find(tree.id, tree.generation, path);
    if (entry && entry->hidden) entry.reset();
    return entry;
}

std::optional<PathEntry> Published::look_up(const TreeRow& tree, const RelPath& path) {
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

StillHolds Published::holds_from_now() const {
    if (!options_.watch) return {};
    return [watch = options_.watch, then = options_.watch->epoch()] { return watch->holds_since(then); };
}

Found Published::find(const RelPath& path, Spelling spelling) {
    auto still_holds = holds_from_now();
    return keeping(find_now(path, spelling), std::move(still_holds));
}

Found Published::find_own(const OwnPath& own) {
    auto still_holds = holds_from_now();
    return keeping(find_own_now(own), std::move(still_holds));
}

Found Published::find_now(const RelPath& path, Spelling spelling) {
    if (path.is_root()) return trees();
    const auto [name, below] = split_first(path);
    const auto tree = published_tree(name);
    if (!tree) return Refused{404, {}};
    const auto found = look_up(*tree, below);
    if (!found) return spelling == Spelling::as_file ? made_for(*tree, below) : Refused{404, {}};
    if (found->entry.kind == EntryKind::folder)
        return spelling == Spelling::as_folder ? folder(*tree, found->path) : MovedToFolder();
    if (spelling == Spelling::as_folder) return Refused{404, {}};
    return file({*tree, below}, found->entry);
}

Found Published::trees() {
    TreesFound found;
    for (const auto& tree : catalogue_.trees().all()) {
        const auto generation = catalogue_.trees().generation(tree.id, tree.generation);
        if (!generation) continue;
        found.trees.push_back({.name = tree.name,
                               .generation = generation->number,
                               .published = generation->published,
                               .files = generation->files,
                               .bytes = generation->bytes});
    }
    return found;
}

Found Published::file(const Place& place, const Entry& entry) {
    if (!entry.digest) return Refused{404, "this content was withdrawn"};
    auto facts = facts_of_content(*entry.digest, entry.size, place.path.name());
    facts.modified = entry.mtime.seconds();
    facts.link = links(place.tree, place.path, *entry.digest);
    return content(*entry.digest, std::move(facts), place.tree.name + "/" + place.path.str());
}

Found Published::content(const Digest& digest, ContentFacts facts, const std::string& shown) {
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

Found Published::folder(const TreeRow& tree, const RelPath& path) {
    FolderFound found;
    for (const auto& named : catalogue_.entries().in_folder(tree.id, tree.generation, path))
        if (!named.entry.hidden) found.items.push_back(listed(named));
    return found;
}

Found Published::find_own_now(const OwnPath& own) {
    if (own.row.thing == OwnThing::seed) return seed(own.name, own.rest);
    if (own.row.thing == OwnThing::blob) return blob(own.name);
    const auto tree = published_tree(own.name);
    if (!tree) return Refused{404, {}};
    if (own.row.thing == OwnThing::tree_head) return head(*tree);
    if (own.row.thing == OwnThing::tree_manifest) return manifest(*tree);
    return Refused{404, {}};
}

}  // namespace mirrorseed::httpd
