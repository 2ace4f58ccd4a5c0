#include "httpd/published/published_node.hpp"

#include "httpd/found_facts.hpp"

#include "core/store/node_head.hpp"

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::httpd {

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
