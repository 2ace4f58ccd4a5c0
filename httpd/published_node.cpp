#include "httpd/published_node.hpp"

#include "httpd/found_facts.hpp"

#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::httpd {

std::string PublishedNode::signature(const TreeRow& tree, const GenerationRow& generation) const {
    const auto message = fmt::format("mirrorseed-head-1\n{}\n{}\n{}\n{}\n{}\n", tree.lineage, tree.name,
                                     generation.number, generation.published, generation.manifest->hex());
    return to_base64(key_->sign(as_bytes(message)));
}

Found PublishedNode::head(const std::string& name) {
    const auto tree = store_.tree(name);
    if (!tree) return Refused{404, {}};
    const auto generation = store_.generation(*tree);
    if (!generation || !generation->manifest) return Refused{503, "the manifest is being written"};
    auto text = fmt::format(
        R"({{"tree":{},"lineage":{},"generation":{},"published":{},"entries":{},"bytes":{},"manifest_sha256":"{}")",
        boost::json::serialize(tree->name), boost::json::serialize(tree->lineage), generation->number,
        generation->published, generation->entries, generation->bytes, generation->manifest->hex());
    if (key_) text += ",\"signature\":\"" + signature(*tree, *generation) + "\"";
    return text_found(text + "}\n", "application/json");
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
        store_.log().error("the manifest of {} cannot be read: {}", tree->name,
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
