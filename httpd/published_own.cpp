// What a store tells other nodes, and whoever knows a digest.

#include "httpd/published.hpp"

#include "httpd/found_facts.hpp"

#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::httpd {

std::string Published::signature(const TreeRow& tree, const GenerationRow& generation) const {
    const auto message = fmt::format("mirrorseed-head-1\n{}\n{}\n{}\n{}\n{}\n", tree.lineage, tree.name,
                                     generation.number, generation.published, generation.manifest->hex());
    return to_base64(options_.signing_key->sign(as_bytes(message)));
}

Found Published::head(const TreeRow& tree) {
    const auto generation = catalogue_.trees().generation(tree.id, tree.generation);
    if (!generation || !generation->manifest) return Refused{503, "the manifest is being written"};
    auto text = fmt::format(
        R"({{"tree":{},"lineage":{},"generation":{},"published":{},"entries":{},"bytes":{},"manifest_sha256":"{}")",
        boost::json::serialize(tree.name), boost::json::serialize(tree.lineage), generation->number,
        generation->published, generation->entries, generation->bytes, generation->manifest->hex());
    if (options_.signing_key) text += ",\"signature\":\"" + signature(tree, *generation) + "\"";
    return text_found(text + "}\n", "application/json");
}

Found Published::manifest(const TreeRow& tree) {
    const auto generation = catalogue_.trees().generation(tree.id, tree.generation);
    const auto name = RelPath::parse(fmt::format("manifests/{}/{}.zst", tree.name, tree.generation));
    if (!generation || !generation->manifest || !name) return Refused{503, "the manifest is being written"};
    auto file = store_.open_file(*name);
    const auto on_disk = file ? mirrorseed::facts_of(*file, name->str()) : Result<FileFacts>(file.error());
    if (!on_disk) {
        log_.error("the manifest of {} cannot be read: {}", tree.name, outside(on_disk.error().text()));
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

Found Published::blob(const std::string& hex) {
    const auto digest = Digest::parse_hex(hex);
    if (!digest || !catalogue_.entries().is_served(*digest)) return Refused{404, {}};
    auto facts = facts_of_content(*digest, catalogue_.contents().size_of(*digest).value_or(0), {});
    return content(*digest, std::move(facts), hex);
}

}  // namespace mirrorseed::httpd
