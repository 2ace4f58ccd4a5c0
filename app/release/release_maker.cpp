#include "app/release/release_maker.hpp"

#include "app/wiring/release_watch.hpp"
#include "core/text.hpp"
#include "core/version_order.hpp"
#include "torrentgen/maker.hpp"
#include "torrentgen/metainfo.hpp"

#include <algorithm>
#include <map>

namespace mirrorseed::app {
namespace {

using torrentgen::Format;
using torrentgen::Torrent;
using torrentgen::TorrentFile;

std::vector<std::string> parts_of(const RelPath& path) {
    std::vector<std::string> parts;
    for (std::string_view rest = path.str(); !rest.empty();) {
        const auto end = std::min(rest.find('/'), rest.size());
        parts.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return parts;
}

// It says of no file that it is executable, as not every upstream tells that, and whoever mirrors the same
// shall make the same.
Torrent layout_of(const ReleaseWish& wish, const ReleaseContents& contents) {
    Torrent layout{.format = format_of(wish.rule->format),
                   .name = std::string(wish.path.name()),
                   .is_folder = wish.is_folder};
    FileTime newest;
    for (const auto& member : contents.members) {
        layout.files.push_back({.path = parts_of(member.path), .length = member.size});
        newest = std::max(newest, member.mtime);
    }
    // Readers take no date before 1970.
    if (newest.seconds() >= 0) layout.creation_date = newest.seconds();
    layout.created_by = "mirrorseed";
    return layout;
}

// Clients replace what is no UTF-8, and then ask web seeds for another name.
Status check_text(const RelPath& path) {
    if (is_utf8(path.str())) return {};
    return Error(Fault::refused, in_quotes(path.str()) + " is no UTF-8, and no torrent can carry the name");
}

std::string path_of(const TorrentFile& file) {
    std::string path;
    for (const auto& part : file.path)
        path += (path.empty() ? "" : "/") + part;
    return path;
}

}  // namespace

Status check_names(const ReleaseWish& wish, const ReleaseContents& contents) {
    for (const auto& member : contents.members)
        if (const auto good = check_text(wish.path / member.path); !good) return good;
    return {};
}

Result<FileContents> contents_for(const Torrent& torrent, const ReleaseContents& contents) {
    std::map<std::string, const ReleaseMember*> members;
    for (const auto& member : contents.members)
        members.emplace(member.path.str(), &member);
    FileContents found;
    for (const auto& file : torrent.files) {
        if (file.pad) {
            found.emplace_back();
            continue;
        }
        if (file.symlink) return Error(Fault::refused, "it holds a symbolic link");
        const auto member = members.find(path_of(file));
        if (member == members.end() || member->second->size != file.length)
            return Error(Fault::refused, in_quotes(path_of(file)) + " is not as it says");
        found.push_back(file.length == 0 ? std::nullopt : std::optional(member->second->content));
    }
    return found;
}

const torrentgen::ShaLanes& ReleaseMaker::lanes() {
    if (!lanes_) lanes_ = torrentgen::ShaLanes::fastest();
    return *lanes_;
}

Result<MadeRelease> ReleaseMaker::make(const TreeRow& tree, const ReleaseWish& wish,
                                       const ReleaseContents& contents, Progress& progress) {
    auto layout = layout_of(wish, contents);
    layout.comment = title_of(wish.rule->title, tree.name, wish.path);
    layout.trackers = urls_.trackers(wish.rule->trackers);
    const auto& length = wish.rule->piece_length;
    const auto good = torrentgen::lay_out(
        layout, length.automatic() ? std::nullopt : std::optional(length.bytes), wish.path.str());
    if (!good) return good.error();
    const auto files = contents_for(layout, contents);
    if (!files) return files.error();
    auto hashes = hashes_of(store_, layout, *files, lanes(), progress);
    if (!hashes) return hashes.error();
    const auto own = torrentgen::finish_torrent(std::move(layout), std::move(*hashes));
    auto made = release_of(own.torrent, tree, wish, contents);
    if (!made) return made;
    const auto finished = finish(own.torrent, own.bytes, *made, progress);
    if (!finished) return finished.error();
    return made;
}

Result<MadeRelease> ReleaseMaker::release_of(const Torrent& torrent, const TreeRow& tree,
                                             const ReleaseWish& wish, const ReleaseContents& contents) {
    MadeRelease made{.release = {.tree = tree.id,
                                 .path = wish.path,
                                 .name = torrent.name,
                                 .title = title_of(wish.rule->title, tree.name, wish.path),
                                 .size = torrent.total_size(),
                                 .info_hash_v1 = torrent.info_hash_v1,
                                 .info_hash_v2 = torrent.info_hash_v2,
                                 .rule = wish.rule->match.str(),
                                 .thing = thing_of(wish.path.str()),
                                 .keep = wish.rule->keep,
                                 .keep_versions = wish.rule->keep_versions,
                                 .piece_length = torrent.piece_length,
                                 .tree_name = tree.name}};
    if (!wish.is_folder) made.release.content = contents.members.front().content;
    std::map<std::string, const ReleaseMember*> members;
    for (const auto& member : contents.members)
        members.emplace(member.path.str(), &member);
    for (const auto& file : torrent.files) {
        const auto path = RelPath::parse(path_of(file));
        if (!path) return path.error();
        auto& part = made.files.emplace_back(
            ReleaseFile{.path = *path, .size = file.length, .content = {}, .pad = file.pad});
        if (!file.pad) part.content = members.at(path_of(file))->content;
    }
    return made;
}

Status ReleaseMaker::finish(const Torrent& torrent, std::string_view bytes, MadeRelease& made,
                            Progress& progress) {
    progress.start("prove");
    const auto proven = prover_.prove(torrent, made.release, made.files, progress);
    if (!proven) return proven;
    auto offered = offer(urls_, made.release, bytes, {});
    if (!offered) return offered.error();
    made.offer = std::move(*offered);
    return {};
}

}  // namespace mirrorseed::app
