#include "httpd/published/published_descriptions.hpp"

#include "httpd/found_facts.hpp"

#include <array>
#include <vector>

namespace mirrorseed::httpd {
namespace {

constexpr std::string_view torrent_ending = ".torrent", magnet_ending = ".magnet",
                           checksum_ending = ".sha256", metalink_ending = ".meta4";
constexpr std::array endings{torrent_ending, magnet_ending, checksum_ending, metalink_ending};
constexpr std::string_view torrent_type = "application/x-bittorrent",
                           plain_type = "text/plain; charset=utf-8",
                           metalink_type = "application/metalink4+xml";

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

std::optional<Release> PublishedDescriptions::release_of(const TreeRow& tree, const RelPath& path,
                                                         const Digest& content) {
    auto release = releases().at(tree.id, path);
    return release && release->content == content ? release : std::nullopt;
}

// RFC 6249.
std::string PublishedDescriptions::links(const TreeRow& tree, const RelPath& path, const Digest& content) {
    std::string links;
    const auto release = release_of(tree, path, content);
    if (release && releases().is_described(release->id, torrent_ending.substr(1)))
        add_link(links, told_.url(tree.name, path, torrent_ending), "describedby", torrent_type);
    if (metalink_) add_link(links, told_.url(tree.name, path, metalink_ending), "describedby", metalink_type);
    if (release)
        for (const auto& other : told_.elsewhere(*release, release->name))
            add_link(links, other, "duplicate", {});
    return links;
}

// The tree's file, or that of a release which outlived it.
std::optional<PublishedDescriptions::Described> PublishedDescriptions::described_file(const TreeRow& tree,
                                                                                      const RelPath& path) {
    if (const auto found = store_.look_up(tree, path)) {
        const auto& entry = found->entry;
        if (entry.kind != EntryKind::file || !entry.digest) return std::nullopt;
        return Described{path, *entry.digest, entry.size, entry.mtime.seconds(),
                         release_of(tree, path, *entry.digest)};
    }
    auto release = releases().at(tree.id, path);
    if (!release || !release->content) return std::nullopt;
    return Described{path, *release->content, release->size, release->published, release};
}

std::string PublishedDescriptions::metalink(const TreeRow& tree, const Described& file) {
    if (file.release) return metalink(*file.release);
    const std::array files{DescribedFile{.name = std::string(file.path.name()),
                                         .size = file.size,
                                         .digest = file.digest,
                                         .modified = file.modified,
                                         .urls = {told_.url(tree.name, file.path)}}};
    return metalink_(files);
}

std::string PublishedDescriptions::metalink(const Release& release) {
    const auto torrent = told_.tell(release).torrent;
    std::vector<DescribedFile> files;
    for (const auto& file : releases().files(release.id))
        if (!file.pad && file.content) files.push_back(described(release, file, torrent));
    return metalink_(files);
}

DescribedFile PublishedDescriptions::described(const Release& release, const ReleaseFile& file,
                                               const std::string& torrent_url) {
    const bool is_single = release.content.has_value();
    const auto name = is_single ? release.name : release.name + "/" + file.path.str();
    DescribedFile told{.name = name,
                       .size = file.size,
                       .digest = *file.content,
                       .modified = release.published,
                       .urls = {},
                       .torrent_url = torrent_url,
                       .name_in_torrent = is_single ? std::string() : name};
    // What has left its tree is still there by the torrent's hash.
    if (!release.gone)
        told.urls.push_back(
            told_.url(release.tree_name, is_single ? release.path : release.path / file.path));
    told.urls.push_back(told_.seed_url(release, file.path));
    for (auto& other : told_.elsewhere(release, name))
        told.urls.push_back(std::move(other));
    if (const auto pieces = store_.catalogue().torrent_hashes().pieces(*file.content, release.piece_length)) {
        told.piece_length = pieces->length;
        told.pieces = pieces->pieces;
    }
    return told;
}

std::string PublishedDescriptions::checksums(const Release& release) {
    std::string lines;
    for (const auto& file : releases().files(release.id))
        if (!file.pad && file.content)
            lines += checksum_line(*file.content,
                                   release.content ? release.name : release.name + "/" + file.path.str());
    return lines;
}

Found PublishedDescriptions::description(const Release& release, std::string_view ending) {
    std::optional<std::string> bytes;
    auto type = plain_type;
    if (ending == torrent_ending || ending == magnet_ending)
        bytes = releases().description(release.id, ending.substr(1));
    else if (ending == checksum_ending)
        bytes = checksums(release);
    else if (metalink_)
        bytes = metalink(release);
    if (!bytes) return Refused{404, {}};
    if (ending == torrent_ending) type = torrent_type;
    if (ending == metalink_ending) type = metalink_type;
    auto text = text_found(std::move(*bytes), type);
    text.facts.modified = release.published;
    return text;
}

Found PublishedDescriptions::made_for(const TreeRow& tree, const RelPath& path) {
    for (const auto ending : endings) {
        const auto described = without(path, ending);
        if (!described) continue;
        const bool is_of_releases = ending == torrent_ending || ending == magnet_ending;
        const auto file = is_of_releases ? std::nullopt : described_file(tree, *described);
        if (file && ending == checksum_ending) {
            auto line = text_found(checksum_line(file->digest, file->path.name()), plain_type);
            line.facts.modified = file->modified;
            return line;
        }
        if (file && metalink_) return text_found(metalink(tree, *file), metalink_type);
        if (const auto release = releases().at(tree.id, *described)) return description(*release, ending);
        if (is_of_releases) return Refused{404, {}};
    }
    return Refused{404, {}};
}

Found PublishedDescriptions::by_ending(
    const std::string& text, const std::function<std::optional<Release>(const std::string& before)>& find) {
    for (const auto ending : endings) {
        if (!text.ends_with(ending)) continue;
        if (const auto release = find(text.substr(0, text.size() - ending.size())))
            return description(*release, ending);
    }
    return Refused{404, {}};
}

}  // namespace mirrorseed::httpd
