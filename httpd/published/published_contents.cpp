#include "httpd/published/published_contents.hpp"

#include "httpd/found_facts.hpp"
#include "httpd/media_type.hpp"
#include "httpd/published/seed_path.hpp"

#include <fmt/format.h>

namespace mirrorseed::httpd {
namespace {

FileFound pad(const Release& release, Descriptor zeros, Bytes size) {
    FileFound found{std::move(zeros), {}};
    found.facts.size = size;
    found.facts.etag = strong_etag(fmt::format("zeros-{}", size));
    found.facts.modified = release.published;
    found.facts.media_type = "application/octet-stream";
    return found;
}

}  // namespace

Found PublishedContents::pad_beside(const TreeRow& tree, const RelPath& path) {
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

Found PublishedContents::blob(const std::string& hex) {
    auto& catalogue = store_.catalogue();
    const auto digest = Digest::parse_hex(hex);
    if (!digest || !catalogue.entries().is_served(*digest)) return Refused{404, {}};
    auto facts = facts_of_content(*digest, catalogue.contents().size_of(*digest).value_or(0), {});
    return store_.content(*digest, std::move(facts), hex);
}

Found PublishedContents::seed(const std::string& info_hash, const RelPath& below) {
    const auto release = releases().with_info_hash(info_hash);
    if (!release) return Refused{404, {}};
    const auto wanted = read_seed_path(below, release->name);
    std::optional<ReleaseFile> file;
    if (wanted.inside) file = releases().file(release->id, *wanted.inside);
    if (!file && wanted.only_file) file = releases().only_file(release->id);
    return file ? release_file(*release, *file) : Refused{404, {}};
}

Found PublishedContents::release_file(const Release& release, const ReleaseFile& file) {
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
