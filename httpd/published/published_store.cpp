#include "httpd/published/published_store.hpp"

#include "httpd/link_walk.hpp"

#include "core/store/blob_trust.hpp"

#include <utility>

namespace mirrorseed::httpd {
namespace {

Refused damaged_here() {
    return {503, "this file is damaged here; its keeper was told"};
}

}  // namespace

Result<PublishedStore> PublishedStore::open(const std::string& store, const std::string& catalogue,
                                            Doubt doubt, std::shared_ptr<Troubles> troubles) {
    auto blobs = BlobStore::open_to_read(store);
    if (!blobs) return blobs.error();
    auto folder = Folder::open(store);
    if (!folder) return folder.error();
    return PublishedStore(Catalogue::open_to_read(catalogue), std::move(*blobs), std::move(*folder),
                          std::move(doubt), std::move(troubles));
}

PublishedStore::PublishedStore(Catalogue catalogue, BlobStore blobs, Folder folder, Doubt doubt,
                               std::shared_ptr<Troubles> troubles)
    : catalogue_(std::move(catalogue)),
      blobs_(std::move(blobs)),
      folder_(std::move(folder)),
      doubt_(std::move(doubt)),
      troubles_(std::move(troubles)) {}

std::optional<TreeRow> PublishedStore::tree(std::string_view name) {
    auto tree = catalogue_.trees().find(name);
    if (tree && tree->generation == 0) tree.reset();
    return tree;
}

std::optional<GenerationRow> PublishedStore::generation(const TreeRow& tree) {
    return catalogue_.trees().generation(tree.id, tree.generation);
}

std::optional<PathEntry> PublishedStore::look_up(const TreeRow& tree, const RelPath& path) {
    return look_along(tree, path).found;
}

PublishedStore::LookedUp PublishedStore::look_along(const TreeRow& tree, const RelPath& path) {
    bool met_hidden = false;
    const auto visible = [&](const RelPath& at) {
        auto entry = catalogue_.entries().find(tree.id, tree.generation, at);
        if (entry && entry->hidden) {
            met_hidden = true;
            entry.reset();
        }
        return entry;
    };
    // Nothing has a row beneath a link, so a row at the whole path means that no link is on the way.
    auto direct = visible(path);
    if (met_hidden) return {};
    if (direct && direct->kind != EntryKind::link) return {.found = PathEntry{path, std::move(*direct)}};

    const LookAt look = [&](const RelPath& at) -> std::optional<Stop> {
        const auto entry = visible(at);
        if (!entry) return std::nullopt;
        return Stop{entry->kind, entry->target};
    };
    auto end = end_of_path(path, look);
    if (!end.found) return {.gap = met_hidden ? std::nullopt : std::move(end.gap)};
    auto entry = visible(*end.found);
    if (!entry) return {};
    return {.found = PathEntry{std::move(*end.found), std::move(*entry)}};
}

Found PublishedStore::content(const Digest& digest, ContentFacts facts, const std::string& shown) {
    auto opened = blobs_.open_blob(digest);
    if (!opened) return not_opened(digest, opened.error(), shown);
    const auto inode = sound_inode(digest, *opened, shown);
    if (!inode) return damaged_here();
    return FileFound{.file = std::move(*opened),
                     .facts = std::move(facts),
                     .still_holds = {},
                     .inode = InodeWatch(*inode)};
}

Refused PublishedStore::not_opened(const Digest& digest, const Error& error, const std::string& shown) {
    const auto trouble = trouble_of(error);
    if (passes_by_itself(trouble)) return Refused{503, told_as_passing(*troubles_, error)};
    const auto what = outside(shown), why = outside(error.text());
    if (trouble == Trouble::absent)
        troubles_->tell(trouble,
                        "the content of {} is not in the store ({}); run `mirrorseed verify --repair`", what,
                        why);
    else if (trouble == Trouble::forbidden)
        troubles_->tell(trouble, "the server may not read the content of {} ({}); {}", what, why,
                        what_follows());
    else
        troubles_->tell(trouble, "the content of {} cannot be read ({}); {}", what, why, what_follows());
    if (doubt_) doubt_(digest);
    return damaged_here();
}

std::string_view PublishedStore::what_follows() const {
    return doubt_ ? "the keeper is told" : "run `mirrorseed verify`";
}

std::optional<FileFacts> PublishedStore::sound_inode(const Digest& digest, const Descriptor& file,
                                                     const std::string& shown) {
    auto trust = Trust::doubtful;
    // A checkout may be giving it another time, between the look at its row and that at its inode.
    for (int looks = 0; trust == Trust::doubtful && looks < 2; ++looks) {
        const auto row = catalogue_.contents().blob(digest);
        const auto inode = mirrorseed::facts_of(file, shown);
        if (row && inode) trust = trust_in(*row, *inode);
        if (trust == Trust::sound) return *inode;
    }
    if (trust == Trust::damaged) {
        troubles_->tell(Trouble::damaged,
                        "the content of {} is damaged in the store; the next sync fetches it again, or run "
                        "`mirrorseed verify --repair`",
                        outside(shown));
        return std::nullopt;
    }
    troubles_->tell(
        Trouble::changed,
        "the content of {} is not as it was left in the store, and is not served before it was read "
        "again; {}",
        outside(shown), what_follows());
    if (doubt_) doubt_(digest);
    return std::nullopt;
}

}  // namespace mirrorseed::httpd
