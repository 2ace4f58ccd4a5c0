#include "httpd/published_releases.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/media_type.hpp"
#include "httpd/release_feed.hpp"
#include "httpd/release_page.hpp"
#include "httpd/seed_path.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr std::string_view torrent_ending = ".torrent", magnet_ending = ".magnet",
                           checksum_ending = ".sha256", metalink_ending = ".meta4";
constexpr std::array endings{torrent_ending, magnet_ending, checksum_ending, metalink_ending};
constexpr std::string_view torrent_type = "application/x-bittorrent",
                           plain_type = "text/plain; charset=utf-8",
                           metalink_type = "application/metalink4+xml",
                           page_type = "text/html; charset=utf-8", json_type = "application/json",
                           feed_type = "application/rss+xml; charset=utf-8";

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

bool PublishedReleases::is_sandboxed(const std::string& tree) const {
    return !describing_.sandboxed || describing_.sandboxed(tree);
}

std::optional<Release> PublishedReleases::release_of(const TreeRow& tree, const RelPath& path,
                                                     const Digest& content) {
    auto release = releases().at(tree.id, path);
    return release && release->content == content ? release : std::nullopt;
}

// RFC 6249.
std::string PublishedReleases::links(const TreeRow& tree, const RelPath& path, const Digest& content) {
    std::string links;
    const auto release = release_of(tree, path, content);
    if (release && releases().is_described(release->id, torrent_ending.substr(1)))
        add_link(links, told_.url(tree.name, path, torrent_ending), "describedby", torrent_type);
    if (describing_.metalink)
        add_link(links, told_.url(tree.name, path, metalink_ending), "describedby", metalink_type);
    if (release)
        for (const auto& other : told_.elsewhere(*release, release->name))
            add_link(links, other, "duplicate", {});
    return links;
}

// The tree's file, or that of a release which outlived it.
std::optional<PublishedReleases::Described> PublishedReleases::described_file(const TreeRow& tree,
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

std::string PublishedReleases::metalink(const TreeRow& tree, const Described& file) {
    if (file.release) return metalink(*file.release);
    const std::array files{DescribedFile{.name = std::string(file.path.name()),
                                         .size = file.size,
                                         .digest = file.digest,
                                         .modified = file.modified,
                                         .urls = {told_.url(tree.name, file.path)}}};
    return describing_.metalink(files);
}

std::string PublishedReleases::metalink(const Release& release) {
    const auto torrent = told_.tell(release).torrent;
    std::vector<DescribedFile> files;
    for (const auto& file : releases().files(release.id))
        if (!file.pad && file.content) files.push_back(described(release, file, torrent));
    return describing_.metalink(files);
}

DescribedFile PublishedReleases::described(const Release& release, const ReleaseFile& file,
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

std::string PublishedReleases::checksums(const Release& release) {
    std::string lines;
    for (const auto& file : releases().files(release.id))
        if (!file.pad && file.content)
            lines += checksum_line(*file.content,
                                   release.content ? release.name : release.name + "/" + file.path.str());
    return lines;
}

Found PublishedReleases::description(const Release& release, std::string_view ending) {
    std::optional<std::string> bytes;
    auto type = plain_type;
    if (ending == torrent_ending || ending == magnet_ending)
        bytes = releases().description(release.id, ending.substr(1));
    else if (ending == checksum_ending)
        bytes = checksums(release);
    else if (describing_.metalink)
        bytes = metalink(release);
    if (!bytes) return Refused{404, {}};
    if (ending == torrent_ending) type = torrent_type;
    if (ending == metalink_ending) type = metalink_type;
    auto text = text_found(std::move(*bytes), type);
    text.facts.modified = release.published;
    return text;
}

Found PublishedReleases::made_for(const TreeRow& tree, const RelPath& path) {
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
        if (file && describing_.metalink) return text_found(metalink(tree, *file), metalink_type);
        if (const auto release = releases().at(tree.id, *described)) return description(*release, ending);
        if (is_of_releases) return Refused{404, {}};
    }
    return pad_beside(tree, path);
}

Found PublishedReleases::page(const Release& release) {
    auto found = text_found(release_page(told_.tell(release)), page_type);
    found.compressible = true;
    keep_shortly(found);
    found.facts.sandboxed = false;
    return found;
}

Found PublishedReleases::listed(const RelPath& rest) {
    if (rest.is_root()) {
        auto found = text_found(release_list_page("Releases", told_.feed_url({}), told_.all()), page_type);
        found.compressible = true;
        found.facts.sandboxed = false;
        return found;
    }
    const auto& text = rest.str();
    const auto slash = std::min(text.find('/'), text.size());
    const auto name = text.substr(0, slash);
    if (const auto tree = store_.tree(name)) {
        if (slash == text.size()) {
            auto found = text_found(
                release_list_page("Releases of " + name, told_.feed_url(name), told_.all(tree->id)),
                page_type);
            found.compressible = true;
            found.facts.sandboxed = false;
            return found;
        }
        const auto path = RelPath::parse(std::string_view(text).substr(slash + 1)).value();
        if (const auto release = releases().at(tree->id, path)) return page(*release);
        for (const auto ending : endings)
            if (const auto described = without(path, ending))
                if (const auto release = releases().at(tree->id, *described))
                    return description(*release, ending);
        return Refused{404, {}};
    }
    const auto feed = without(rest, ".rss");
    const auto tree = feed && slash == text.size() ? store_.tree(feed->str()) : std::nullopt;
    return tree ? feed_of(tree->name, tree->id) : Refused{404, {}};
}

Found PublishedReleases::json() {
    auto found = text_found(releases_json(told_.all()), json_type);
    found.compressible = true;
    keep_shortly(found);
    return found;
}

void PublishedReleases::keep_shortly(TextFound& found) const {
    if (!describing_.swarm) return;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    found.still_holds = [until] { return std::chrono::steady_clock::now() < until ? Holds::yes : Holds::no; };
}

Found PublishedReleases::feed() {
    return feed_of({}, {});
}

Found PublishedReleases::feed_of(const std::string& name, std::optional<TreeId> tree) {
    const auto page = tree ? told_.all_url() + percent_encode_path(name) : told_.all_url();
    const FeedHead head{
        .title = tree ? "Releases of " + name : "Releases", .page = page, .self = told_.feed_url(name)};
    auto found = text_found(releases_rss(head, told_.newest(most_items, tree)), feed_type);
    found.compressible = true;
    return found;
}

Found PublishedReleases::by_hash(const std::string& name) {
    if (const auto release = releases().with_info_hash(name)) return page(*release);
    for (const auto ending : endings) {
        if (!name.ends_with(ending)) continue;
        const auto release = releases().with_info_hash(name.substr(0, name.size() - ending.size()));
        if (release) return description(*release, ending);
    }
    return Refused{404, {}};
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
