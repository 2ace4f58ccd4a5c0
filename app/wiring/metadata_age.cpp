#include "app/wiring/metadata_age.hpp"

#include "core/store/read_text.hpp"
#include "sync/debian/suite_release.hpp"

#include <algorithm>

namespace mirrorseed::app {
namespace {

// It was believed when it was published.
std::optional<UnixTime> valid_until_of(const BlobStore& blobs, const Digest& content) {
    const auto file = blobs.open_blob(content);
    if (!file) return std::nullopt;
    const auto text = read_text(*file, content.hex());
    const auto release =
        text ? sync::debian::read_unverified(*text) : Result<sync::debian::ReleaseFile>(text.error());
    return release ? release->valid_until : std::nullopt;
}

}  // namespace

std::optional<UnixTime> valid_until(const std::string& store, const TreeConfig& tree, Catalogue& catalogue) {
    if (!tree.debian || tree.debian->valid_until == ValidUntil::ignore) return std::nullopt;
    const auto row = catalogue.trees().find(tree.name);
    const auto blobs = BlobStore::open_to_read(store);
    if (!row || !blobs) return std::nullopt;
    std::optional<UnixTime> earliest;
    for (const auto& suite : tree.debian->suites)
        for (const auto* name : {"/InRelease", "/Release"}) {
            const auto path = RelPath::parse("dists/" + suite + name);
            const auto entry =
                path ? catalogue.entries().find(row->id, row->generation, *path) : std::nullopt;
            const auto until = entry && entry->digest ? valid_until_of(*blobs, *entry->digest) : std::nullopt;
            if (until) earliest = std::min(earliest.value_or(*until), *until);
        }
    return earliest;
}

}  // namespace mirrorseed::app
