#include "sync/generation/release_records.hpp"

#include "core/text.hpp"

#include <map>

namespace mirrorseed::sync {
namespace {

constexpr const char* folder_name = "releases";
// A torrent that clients load, in base64, and names.
constexpr Bytes most_bytes = 64 << 20;

std::string stamp_in(const Folder& folder, const RelPath& name) {
    const auto file = folder.open_file(name);
    if (!file) return {};
    std::string text(256, '\0');
    const auto came =
        read_at(*file, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, 0, name.str());
    if (!came) return {};
    text.resize(*came);
    return std::string(ReleaseRecord::stamp_in(text));
}

Status write_record(Catalogue& catalogue, const Folder& folder, const RelPath& name, const Release& release) {
    auto& releases = catalogue.releases();
    const ReleaseRecord record{.release = release,
                               .files = releases.files(release.id),
                               .torrent = releases.description(release.id, "torrent").value_or(""),
                               .magnet = releases.description(release.id, "magnet").value_or("")};
    return replace_file(folder, name, as_bytes(record.text()));
}

}  // namespace

Status write_records(Store& store, const std::string& tree) {
    // What the catalogue has is looked at in turn too, or one with less would take another's records away.
    const auto turn = store.turn_at_records();
    const auto all = store.catalogue().releases().of_tree_named(tree);
    const auto place = RelPath::parse(folder_name).value() / RelPath::parse_name(tree).value();
    if (all.empty() && !store.folder().folder(place)) return {};
    const auto made = store.folder().make_folder(place);
    if (!made) return made.error();
    const auto folder = store.folder().folder(place);
    if (!folder) return folder.error();
    std::map<std::string, const Release*> wanted;
    for (const auto& release : all)
        wanted.try_emplace(ReleaseRecord::name_of(release), &release);
    const auto items = folder->items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        if (wanted.contains(item.name) || item.facts.is_folder) continue;
        const auto removed = folder->remove_file(RelPath::parse_name(item.name).value());
        if (!removed) return removed;
    }
    for (const auto& [name, release] : wanted) {
        const auto at = RelPath::parse_name(name).value();
        if (stamp_in(*folder, at) == ReleaseRecord::stamp_of(*release)) continue;
        const auto written = write_record(store.catalogue(), *folder, at, *release);
        if (!written) return written;
    }
    return folder->sync();
}

std::vector<std::pair<std::string, ReleaseRecord>> read_records(const Folder& store,
                                                                std::vector<std::string>& troubles) {
    std::vector<std::pair<std::string, ReleaseRecord>> records;
    const auto all = store.folder(RelPath::parse(folder_name).value());
    const auto trees = all ? all->items() : Result<std::vector<FolderItem>>(all.error());
    if (!trees) return records;  // there are none
    for (const auto& tree : *trees) {
        const auto folder = all->folder(RelPath::parse_name(tree.name).value());
        const auto items = folder ? folder->items() : Result<std::vector<FolderItem>>(folder.error());
        if (!items) continue;
        for (const auto& item : *items) {
            if (!item.name.ends_with(".json")) continue;
            const auto path = folder->path() + "/" + item.name;
            const auto text = read_file(path, most_bytes);
            auto record = text ? ReleaseRecord::parse(*text) : Result<ReleaseRecord>(text.error());
            if (record)
                records.emplace_back(tree.name, std::move(*record));
            else
                troubles.push_back(escape_text(path) + ": " + record.error().text());
        }
    }
    return records;
}

}  // namespace mirrorseed::sync
