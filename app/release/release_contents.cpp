#include "app/release/release_contents.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace mirrorseed::app {
namespace {

using State = ReleaseContents::State;

class Gathering {
public:
    Gathering(Catalogue& catalogue, TreeId tree, Generation number)
        : catalogue_(catalogue), tree_(tree), number_(number) {}

    // Links are no part of it: who downloads it has the files.
    void add(const RelPath& path, const RelPath& place, const Entry& entry) {
        if (entry.kind != EntryKind::file) return;
        if (!entry.digest || catalogue_.contents().is_withdrawn(*entry.digest))
            return give_up(path, "its content was withdrawn");
        if (catalogue_.doubts().is_doubted(tree_, path, *entry.digest))
            return give_up(path, "a checksum list contradicts it");
        if (entry.hidden)
            ++hidden_;
        else
            ++open_;
        if (entry.hidden && closed_.is_root()) closed_ = path;
        found_.members.push_back({place, entry.size, *entry.digest, entry.mtime});
    }

    // By part, and each part by its raw bytes, as a torrent has them.
    void add_folder(const RelPath& folder, const RelPath& place) {
        for (const auto& [name, entry] : catalogue_.entries().in_folder(tree_, number_, folder)) {
            const auto part = RelPath::parse_name(name).value();
            if (entry.kind == EntryKind::folder)
                add_folder(folder / part, place / part);
            else
                add(folder / part, place / part, entry);
        }
    }

    ReleaseContents take() {
        if (hidden_ > 0 && open_ == 0) {
            found_.state = State::waits;
            return std::move(found_);
        }
        if (hidden_ > 0) give_up(closed_, "not everybody may read it");
        if (found_.state == State::undescribable) return std::move(found_);
        if (found_.members.empty()) return {};
        const bool has_bytes = std::any_of(found_.members.begin(), found_.members.end(),
                                           [](const auto& m) { return m.size > 0; });
        found_.state = has_bytes ? State::whole : State::undescribable;
        if (!has_bytes) found_.reason = "it is empty, and no client loads a torrent of nothing";
        return std::move(found_);
    }

private:
    void give_up(const RelPath& path, const char* why) {
        found_.state = State::undescribable;
        if (found_.reason.empty()) found_.reason = escape_text(path.str()) + ": " + why;
    }

    Catalogue& catalogue_;
    TreeId tree_;
    Generation number_;
    ReleaseContents found_{};
    std::size_t hidden_ = 0, open_ = 0;
    RelPath closed_{};  // the first that is hidden
};

}  // namespace

ReleaseContents contents_of(Catalogue& catalogue, TreeId tree, Generation number, const RelPath& path,
                            bool is_folder) {
    Gathering gathering(catalogue, tree, number);
    const auto entry = catalogue.entries().find(tree, number, path);
    if (!entry || (entry->kind == EntryKind::folder) != is_folder) return {};
    if (is_folder)
        gathering.add_folder(path, {});
    else
        gathering.add(path, RelPath::parse_name(path.name()).value(), *entry);
    return gathering.take();
}

// An upstream's torrent may have its files in another order.
bool holds_just(const std::vector<ReleaseFile>& files, const ReleaseContents& contents) {
    std::vector<std::pair<std::string_view, std::optional<Digest>>> held, wanted;
    for (const auto& file : files)
        if (!file.pad) held.emplace_back(file.path.str(), file.content);
    for (const auto& member : contents.members)
        wanted.emplace_back(member.path.str(), member.content);
    if (held.size() != wanted.size()) return false;
    std::sort(held.begin(), held.end());
    std::sort(wanted.begin(), wanted.end());
    return held == wanted;
}

}  // namespace mirrorseed::app
