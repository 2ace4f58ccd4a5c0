#include "httpd/published/published_node.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/published/changes_asked.hpp"

#include "core/store/manifest_changes.hpp"
#include "core/store/node_head.hpp"

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::httpd {
namespace {

// Beyond them the manifest is had with less, and they would take a server's memory.
constexpr std::size_t most_changes = 100'000;

}  // namespace

Found PublishedNode::head(const std::string& name) {
    const auto tree = store_.tree(name);
    if (!tree) return Refused{404, {}};
    const auto generation = store_.generation(*tree);
    if (!generation || !generation->manifest) return Refused{503, "the manifest is being written"};
    NodeHead head{.tree = tree->name,
                  .lineage = tree->lineage,
                  .generation = generation->number,
                  .published = generation->published,
                  .entries = generation->entries,
                  .bytes = generation->bytes,
                  .manifest = *generation->manifest};
    if (key_) head.sign(*key_);
    return text_found(head.json(), "application/json");
}

Found PublishedNode::changes(const std::string& name, std::string_view query) {
    const auto tree = store_.tree(name);
    if (!tree) return Refused{404, {}};
    const auto asked = parse_changes_query(query);
    if (!asked) return Refused{400, "ask with ?since=NUMBER&lineage=LINEAGE"};
    const auto upto = asked->upto.value_or(tree->generation);
    if (asked->lineage != tree->lineage || asked->since == 0 || asked->since > upto ||
        upto > tree->generation)
        return Refused{410, "these are no generations that this tree had; take its manifest"};
    const auto generation = store_.generation(*tree);
    if (!generation || !generation->manifest) return Refused{503, "the manifest is being written"};
    const auto folder = store_.folder().folder(RelPath::parse("manifests/" + name).value());
    auto changes = folder ? changes_between(*folder, asked->since, upto, most_changes)
                          : Result<std::optional<std::string>>(folder.error());
    if (!changes) {
        const auto trouble = trouble_of(changes.error());
        if (passes_by_itself(trouble))
            return Refused{503, told_as_passing(store_.troubles(), changes.error())};
        store_.troubles().tell(trouble, "the changes of {} cannot be read: {}", name,
                               outside(changes.error().text()));
    }
    if (!changes || !*changes)
        return Refused{410, "what changed since is known no more; take the tree's manifest"};
    auto found = text_found(std::move(**changes), "application/x-ndjson");
    found.compressible = true;
    return found;
}

Found PublishedNode::manifest(const std::string& tree_name) {
    const auto tree = store_.tree(tree_name);
    if (!tree) return Refused{404, {}};
    const auto generation = store_.generation(*tree);
    const auto name = RelPath::parse(fmt::format("manifests/{}/{}.zst", tree->name, tree->generation));
    if (!generation || !generation->manifest || !name) return Refused{503, "the manifest is being written"};
    auto file = store_.folder().open_file(*name);
    const auto on_disk = file ? mirrorseed::facts_of(*file, name->str()) : Result<FileFacts>(file.error());
    if (!on_disk) {
        const auto trouble = trouble_of(on_disk.error());
        if (passes_by_itself(trouble))
            return Refused{503, told_as_passing(store_.troubles(), on_disk.error())};
        store_.troubles().tell(trouble, "the manifest of {} cannot be read: {}", tree->name,
                               outside(on_disk.error().text()));
        return Refused{503, "the manifest cannot be read"};
    }
    // The digest is of the lines; the same lines compressed by another version differ in size.
    FileFound found{std::move(*file), {}};
    found.facts.size = on_disk->size;
    found.facts.etag = strong_etag(generation->manifest->hex() + "-" + std::to_string(on_disk->size));
    found.facts.modified = generation->published;
    found.facts.media_type = "application/zstd";
    return found;
}

}  // namespace mirrorseed::httpd
