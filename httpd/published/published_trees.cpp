#include "httpd/published/published_trees.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/published/link_to_head.hpp"

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

bool is_not_there(const Found& found) {
    const auto* refused = std::get_if<Refused>(&found);
    return refused != nullptr && refused->status == 404;
}

}  // namespace

Found PublishedTrees::find(const RelPath& path, Spelling spelling) {
    if (path.is_root()) return trees();
    const auto [name, below] = split_first(path);
    const auto tree = store_.tree(name);
    if (!tree) return Refused{404, {}};
    const auto [found, gap] = store_.look_along(*tree, below);
    if (!found) return spelling == Spelling::as_file ? absent(*tree, below, gap) : Refused{404, {}};
    if (found->entry.kind == EntryKind::folder)
        return spelling == Spelling::as_folder ? folder(*tree, found->path, below) : MovedToFolder();
    if (spelling == Spelling::as_folder) return Refused{404, {}};
    return file(*tree, below, found->entry);
}

Found PublishedTrees::trees() {
    TreesFound found;
    for (const auto& tree : store_.catalogue().trees().all()) {
        const auto generation = store_.generation(tree);
        if (!generation) continue;
        found.trees.push_back({.name = tree.name,
                               .generation = generation->number,
                               .published = generation->published,
                               .files = generation->files,
                               .bytes = generation->bytes});
    }
    return found;
}

Found PublishedTrees::file(const TreeRow& tree, const RelPath& path, const Entry& entry) {
    if (!entry.digest) return Refused{404, "this content was withdrawn"};
    auto told = facts(tree, path, entry);
    told.link = descriptions_.links(tree, path, *entry.digest);
    return store_.content(*entry.digest, std::move(told), tree.name + "/" + path.str());
}

Found PublishedTrees::made_for(const TreeRow& tree, const RelPath& path) {
    auto made = descriptions_.made_for(tree, path);
    return is_not_there(made) ? contents_.pad_beside(tree, path) : std::move(made);
}

Found PublishedTrees::absent(const TreeRow& tree, const RelPath& path, const std::optional<RelPath>& gap) {
    auto made = made_for(tree, path);
    if (!is_not_there(made) || !gap) return made;
    const auto graced = grace_.look_up(tree, *gap);
    if (!graced) return not_held_.look_up(tree, *gap).value_or(std::move(made));
    auto told = facts(tree, path, graced->entry);
    told.cache_control = cache_control_of(Caching::ask_again);
    auto found = store_.content(*graced->entry.digest, std::move(told), tree.name + "/" + gap->str());
    if (auto* file = std::get_if<FileFound>(&found)) file->still_holds = grace_.holds_until(graced->until);
    return found;
}

ContentFacts PublishedTrees::facts(const TreeRow& tree, const RelPath& path, const Entry& entry) const {
    auto facts = facts_of_content(*entry.digest, entry.size, path.name());
    facts.modified = entry.mtime.seconds();
    facts.sandboxed = contents_.is_sandboxed(tree.name);
    return facts;
}

Found PublishedTrees::folder(const TreeRow& tree, const RelPath& path, const RelPath& asked) {
    FolderFound found;
    for (const auto& named : store_.catalogue().entries().in_folder(tree.id, tree.generation, path))
        if (!named.entry.hidden) found.items.push_back(listed(named));
    found.link = link_to_head(tree.name, asked);
    return found;
}

}  // namespace mirrorseed::httpd
