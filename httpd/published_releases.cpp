#include "httpd/published_releases.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/media_type.hpp"
#include "httpd/seed_path.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// What a release has for whoever asks for its path with the ending.
struct Description {
    std::string_view ending, kind, media_type;
};
constexpr std::string_view torrent_ending = ".torrent", torrent_kind = "torrent",
                           torrent_type = "application/x-bittorrent";
constexpr std::array descriptions{
    Description{torrent_ending, torrent_kind, torrent_type},
    Description{".magnet", "magnet", "text/plain; charset=utf-8"},
};
constexpr std::string_view checksum_ending = ".sha256";
constexpr std::string_view metalink_ending = ".meta4";
constexpr std::string_view metalink_type = "application/metalink4+xml";

FileFound pad(const Release& release, Descriptor zeros, Bytes size) {
    FileFound found{std::move(zeros), {}};
    found.facts.size = size;
    found.facts.etag = strong_etag(fmt::format("zeros-{}", size));
    found.facts.modified = release.published;
    found.facts.media_type = "application/octet-stream";
    return found;
}

// The path without the ending, where something is left of its name.
std::optional<RelPath> without(const RelPath& path, std::string_view ending) {
    if (!path.name().ends_with(ending) || path.name() == ending) return std::nullopt;
    const auto& text = path.str();
    return RelPath::parse(std::string_view(text).substr(0, text.size() - ending.size())).value();
}

void add_link(std::string& links, std::string_view url, std::string_view relation, std::string_view type) {
    if (!links.empty()) links += ", ";
    links.append(1, '<').append(url).append(">; rel=").append(relation);
    if (!type.empty()) links.append("; type=\"").append(type).append("\"");
}

}  // namespace

std::string PublishedReleases::url(const TreeRow& tree, const RelPath& path, std::string_view ending) const {
    return describing_.public_url + "/" +
           percent_encode_path(tree.name + "/" + path.str() + std::string(ending));
}

std::vector<std::string> PublishedReleases::elsewhere(const TreeRow& tree, const RelPath& path) const {
    const auto& ask = describing_.elsewhere;
    return ask ? ask(tree.name, path) : std::vector<std::string>();
}

bool PublishedReleases::is_sandboxed(const std::string& tree) const {
    return !describing_.sandboxed || describing_.sandboxed(tree);
}

// Of this very content: the entry may have another one by now.
bool PublishedReleases::has_torrent(const TreeRow& tree, const RelPath& path, const Digest& content) {
    const auto release = releases().at(tree.id, path);
    return release && release->content == content && releases().is_described(release->id, torrent_kind);
}

// RFC 6249.
std::string PublishedReleases::links(const TreeRow& tree, const RelPath& path, const Digest& content) {
    std::string links;
    if (has_torrent(tree, path, content))
        add_link(links, url(tree, path, torrent_ending), "describedby", torrent_type);
    if (describing_.metalink) add_link(links, url(tree, path, metalink_ending), "describedby", metalink_type);
    for (const auto& other : elsewhere(tree, path))
        add_link(links, other, "duplicate", {});
    return links;
}

// The tree's file, or that of a release which outlived it.
std::optional<PublishedReleases::Described> PublishedReleases::described_file(const TreeRow& tree,
                                                                              const RelPath& path) {
    if (const auto found = store_.look_up(tree, path)) {
        const auto& entry = found->entry;
        if (entry.kind != EntryKind::file || !entry.digest) return std::nullopt;
        return Described{path, *entry.digest, entry.size, entry.mtime.seconds()};
    }
    const auto release = releases().at(tree.id, path);
    if (!release || !release->content) return std::nullopt;
    return Described{path, *release->content, release->size, release->published};
}

std::string PublishedReleases::metalink(const TreeRow& tree, const Described& file) {
    DescribedFile described{.name = std::string(file.path.name()),
                            .size = file.size,
                            .digest = file.digest,
                            .modified = file.modified,
                            .urls = elsewhere(tree, file.path)};
    // A file that has gone from the tree is still there by its digest.
    const auto own = store_.look_up(tree, file.path) ? url(tree, file.path)
                                                     : describing_.public_url + blob_path(file.digest);
    described.urls.insert(described.urls.begin(), own);
    if (has_torrent(tree, file.path, file.digest))
        described.torrent_url = url(tree, file.path, torrent_ending);
    return describing_.metalink(described);
}

Found PublishedReleases::made_for(const TreeRow& tree, const RelPath& path) {
    for (const auto& [ending, kind, type] : descriptions)
        if (const auto described = without(path, ending)) {
            const auto release = releases().at(tree.id, *described);
            auto bytes = release ? releases().description(release->id, kind) : std::nullopt;
            if (!bytes) return Refused{404, {}};
            auto text = text_found(std::move(*bytes), type);
            text.facts.modified = release->published;
            return text;
        }
    const auto is_for = [&](std::string_view ending) {
        const auto described = without(path, ending);
        return described ? described_file(tree, *described) : std::nullopt;
    };
    if (const auto file = is_for(checksum_ending)) {
        auto line = text_found(checksum_line(file->digest, file->path.name()), "text/plain; charset=utf-8");
        line.facts.modified = file->modified;
        return line;
    }
    if (describing_.metalink)
        if (const auto file = is_for(metalink_ending))
            return text_found(metalink(tree, *file), metalink_type);
    return pad_beside(tree, path);
}

// A folder release's pads, for clients whose web seed is the tree itself.
Found PublishedReleases::pad_beside(const TreeRow& tree, const RelPath& path) {
    const auto pads = path.parent();
    if (pads.name() != ".pad") return Refused{404, {}};
    const auto release = releases().at(tree.id, pads.parent());
    if (!release) return Refused{404, {}};
    const auto file = releases().file(
        release->id, RelPath::parse(".pad").value() / RelPath::parse_name(path.name()).value());
    if (!file || !file->pad) return Refused{404, {}};
    auto found = pad(*release, zeros_.at_least(file->size).value(), file->size);
    found.facts.cache_control = cache_control_of(Caching::for_ever);
    return found;
}

Found PublishedReleases::blob(const std::string& hex) {
    auto& catalogue = store_.catalogue();
    const auto digest = Digest::parse_hex(hex);
    if (!digest || !catalogue.entries().is_served(*digest)) return Refused{404, {}};
    auto facts = facts_of_content(*digest, catalogue.contents().size_of(*digest).value_or(0), {});
    return store_.content(*digest, std::move(facts), hex);
}

Found PublishedReleases::seed(const std::string& info_hash, const RelPath& below) {
    const auto release = releases().with_info_hash(info_hash);
    if (!release) return Refused{404, {}};
    const auto wanted = read_seed_path(below, release->name);
    std::optional<ReleaseFile> file;
    if (wanted.inside) file = releases().file(release->id, *wanted.inside);
    if (!file && wanted.only_file) file = releases().only_file(release->id);
    return file ? release_file(*release, *file) : Refused{404, {}};
}

Found PublishedReleases::release_file(const Release& release, const ReleaseFile& file) {
    if (file.pad) return pad(release, zeros_.at_least(file.size).value(), file.size);
    if (!file.content) return Refused{404, "this content was withdrawn"};
    auto facts = facts_of_content(*file.content, file.size, file.path.name());
    facts.modified = release.published;
    if (is_active_page(facts.media_type))
        for (const auto& tree : store_.catalogue().trees().all())
            if (tree.id == release.tree) facts.sandboxed = is_sandboxed(tree.name);
    return store_.content(*file.content, std::move(facts), fmt::format("{} of a torrent", file.path.str()));
}

}  // namespace mirrorseed::httpd
