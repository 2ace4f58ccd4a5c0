#include "sync/packed_folder.hpp"

#include <algorithm>

namespace mirrorseed::sync {

void PackedFolder::append(const ListedEntry& listed) {
    const auto& [name, entry, sureness, validator] = listed;
    rows_.push_back(Row{.size = entry.size,
                        .mtime = entry.mtime,
                        .name = static_cast<std::uint32_t>(names_.size()),
                        .digest = none,
                        .text = none,
                        .mode = static_cast<std::uint16_t>(entry.mode),
                        .name_length = static_cast<std::uint8_t>(name.size()),
                        .kind = entry.kind,
                        .size_sure = sureness.size,
                        .time_sure = sureness.time,
                        .hidden = entry.hidden});
    names_ += name;
    if (entry.digest) set_digest(rows_.size() - 1, *entry.digest);
    if (entry.kind != EntryKind::link && validator.empty()) return;
    rows_.back().text = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(entry.kind == EntryKind::link ? entry.target : validator);
}

std::string_view PackedFolder::name(std::size_t at) const noexcept {
    return std::string_view(names_).substr(rows_[at].name, rows_[at].name_length);
}

std::optional<Digest> PackedFolder::digest(std::size_t at) const {
    if (rows_[at].digest == none) return std::nullopt;
    return digests_[rows_[at].digest];
}

ListedEntry PackedFolder::at(std::size_t at) const {
    const auto& row = rows_[at];
    ListedEntry listed{.name = std::string(name(at)),
                       .entry = {.kind = row.kind,
                                 .mode = row.mode,
                                 .hidden = row.hidden,
                                 .size = row.size,
                                 .mtime = row.mtime,
                                 .digest = digest(at)},
                       .sureness = {row.size_sure, row.time_sure}};
    if (row.text != none)
        (row.kind == EntryKind::link ? listed.entry.target : listed.validator) = texts_[row.text];
    return listed;
}

std::optional<std::size_t> PackedFolder::find(std::string_view wanted) const {
    const auto begins_at = [this](const Row& row) {
        return std::string_view(names_).substr(row.name, row.name_length);
    };
    const auto found =
        std::lower_bound(rows_.begin(), rows_.end(), wanted,
                         [&](const Row& row, std::string_view text) { return begins_at(row) < text; });
    if (found == rows_.end() || begins_at(*found) != wanted) return std::nullopt;
    return static_cast<std::size_t>(found - rows_.begin());
}

void PackedFolder::sort() {
    std::sort(rows_.begin(), rows_.end(), [this](const Row& a, const Row& b) {
        const std::string_view names = names_;
        return names.substr(a.name, a.name_length) < names.substr(b.name, b.name_length);
    });
    names_.shrink_to_fit();
    rows_.shrink_to_fit();
}

void PackedFolder::set_digest(std::size_t at, const Digest& digest) {
    auto& row = rows_[at];
    if (row.digest != none) {
        digests_[row.digest] = digest;
        return;
    }
    row.digest = static_cast<std::uint32_t>(digests_.size());
    digests_.push_back(digest);
}

void PackedFolder::correct(std::size_t at, const Entry& entry) {
    auto& row = rows_[at];
    row.size = entry.size;
    row.mtime = entry.mtime;
    row.mode = static_cast<std::uint16_t>(entry.mode);
    row.hidden = entry.hidden;
    row.size_sure = row.time_sure = Sure::exact;
    if (entry.digest) set_digest(at, *entry.digest);
}

void PackedFolder::erase_if(const std::function<bool(std::size_t)>& unwanted) {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < rows_.size(); ++at)
        if (!unwanted(at)) rows_[kept++] = rows_[at];
    if (kept < rows_.size()) set_whole(false);
    rows_.resize(kept);
}

}  // namespace mirrorseed::sync
