#include "httpd/published.hpp"

#include "httpd/link_walk.hpp"
#include "httpd/media_type.hpp"

#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view ask_again = "no-cache";

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::pair<std::string, RelPath> split_first(const RelPath& path) {
    const auto& text = path.str();
    const auto slash = text.find('/');
    if (slash == std::string::npos) return {text, RelPath()};
    return {text.substr(0, slash), RelPath::parse(text.substr(slash + 1)).value()};
}

ContentFacts facts_of_entry(const Entry& entry, std::string_view name) {
    ContentFacts facts;
    facts.size = entry.size;
    facts.etag = quoted(entry.digest->hex());
    facts.modified = entry.mtime.seconds();
    facts.digest = entry.digest;
    facts.media_type = media_type_of(name);
    return facts;
}

TextFound text_of(std::string text, std::string_view media_type) {
    TextFound found;
    found.text = std::move(text);
    found.facts.media_type = media_type;
    found.facts.cache_control = ask_again;
    return found;
}

// As sha256sum writes it and reads it back: a name with a line end or a backslash is escaped, and the line
// says so.
std::string checksum_line(const Digest& digest, std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == '\\')
            escaped += "\\\\";
        else if (c == '\n')
            escaped += "\\n";
        else if (c == '\r')
            escaped += "\\r";
        else
            escaped += c;
    }
    return (escaped == name ? "" : "\\") + digest.hex() + "  " + escaped + "\n";
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

Found Published::find_own(const RelPath& path) {
    auto still_holds = holds_from_now();
    return keeping(find_own_now(path), std::move(still_holds));
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
    auto opened = blobs_.open_blob(*entry.digest);
    const auto shown = place.tree.name + "/" + place.path.str();
    if (!opened) {
        log_.error("the content of {} is not in the store ({}); run `mirrorseed verify --repair`",
                   outside(shown), outside(opened.error().text()));
        return Refused{503, "this file is damaged here; its keeper was told"};
    }
    const auto on_disk = mirrorseed::facts_of(*opened, shown);
    if (!on_disk || on_disk->size != entry.size) {
        log_.error("the content of {} has the wrong size in the store; run `mirrorseed verify --repair`",
                   outside(shown));
        return Refused{503, "this file is damaged here; its keeper was told"};
    }
    return FileFound{std::move(*opened), facts_of_entry(entry, place.path.name())};
}

Found Published::folder(const TreeRow& tree, const RelPath& path) {
    FolderFound found;
    for (const auto& named : catalogue_.entries().in_folder(tree.id, tree.generation, path))
        if (!named.entry.hidden) found.items.push_back(listed(named));
    return found;
}

// What we make for a file of the tree, where the tree itself has nothing of that name.
Found Published::made_for(const TreeRow& tree, const RelPath& path) {
    constexpr std::string_view ending = ".sha256";
    const std::string_view text = path.str();
    if (!text.ends_with(ending)) return Refused{404, {}};
    const auto described = RelPath::parse(text.substr(0, text.size() - ending.size()));
    if (!described || described->is_root()) return Refused{404, {}};
    const auto found = look_up(tree, *described);
    if (!found || found->entry.kind != EntryKind::file || !found->entry.digest) return Refused{404, {}};
    auto line = text_of(checksum_line(*found->entry.digest, described->name()), "text/plain; charset=utf-8");
    line.facts.cache_control.clear();
    line.facts.modified = found->entry.mtime.seconds();
    return line;
}

Found Published::find_own_now(const RelPath& path) {
    const auto [area, below] = split_first(path);
    const auto [name, rest] = split_first(below);
    if (area == "blob" && name == "sha256") return blob(rest.str());
    if (area != "trees") return Refused{404, {}};
    const auto tree = published_tree(name);
    if (!tree) return Refused{404, {}};
    if (rest.str() == "head") return head(*tree);
    if (rest.str() == "manifest") return manifest(*tree);
    return Refused{404, {}};
}

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
    return text_of(text + "}\n", "application/json");
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
    found.facts.etag = quoted(generation->manifest->hex() + "-" + std::to_string(on_disk->size));
    found.facts.modified = generation->published;
    found.facts.media_type = "application/zstd";
    found.facts.cache_control = ask_again;
    return found;
}

Found Published::blob(const std::string& hex) {
    const auto digest = Digest::parse_hex(hex);
    if (!digest || !catalogue_.entries().is_served(*digest)) return Refused{404, {}};
    auto file = blobs_.open_blob(*digest);
    const auto on_disk = file ? mirrorseed::facts_of(*file, hex) : Result<FileFacts>(file.error());
    if (!on_disk) {
        log_.error("the content {} is not in the store; run `mirrorseed verify --repair`", digest->hex());
        return Refused{503, "this content is damaged here; its keeper was told"};
    }
    FileFound found{std::move(*file), {}};
    found.facts.size = on_disk->size;
    found.facts.etag = quoted(digest->hex());
    found.facts.digest = *digest;
    found.facts.media_type = "application/octet-stream";
    found.facts.cache_control = for_ever;
    return found;
}

}  // namespace mirrorseed::httpd
