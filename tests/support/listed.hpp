// Words for listings and generations that exist in a test alone.
#pragma once

#include "core/store/catalogue_entries.hpp"
#include "sync/listing.hpp"
#include "tests/support/printers.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::test {

inline constexpr UnixTime noon = 1'700'000'000;

using Tree = std::vector<std::pair<std::string, Entry>>;

inline Entry file_of(std::string_view content, UnixTime time = noon) {
    return {.size = content.size(), .mtime = FileTime::from_seconds(time)};
}
inline Entry stored(std::string_view content, UnixTime time = noon) {
    auto entry = file_of(content, time);
    entry.digest = digest_of_text(content);
    return entry;
}
inline Entry folder_of(std::uint32_t mode = 0755, UnixTime time = noon) {
    return {.kind = EntryKind::folder, .mode = mode, .mtime = FileTime::from_seconds(time)};
}
inline Entry link_to(std::string target) {
    return {.kind = EntryKind::link,
            .mode = 0777,
            .mtime = FileTime::from_seconds(noon),
            .target = std::move(target)};
}

inline std::map<std::string, std::vector<NamedEntry>> by_folder(const Tree& tree) {
    std::map<std::string, std::vector<NamedEntry>> folders;
    for (const auto& [name, entry] : tree)
        folders[path(name).parent().str()].push_back({std::string(path(name).name()), entry});
    for (auto& [folder, entries] : folders)
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
    return folders;
}

inline sync::Listing listing_of(const Tree& tree, sync::Sureness sureness = sync::Sureness::exact) {
    sync::Listing listing;
    for (auto& [folder, entries] : by_folder(tree)) {
        std::vector<sync::ListedEntry> listed;
        for (auto& [name, entry] : entries)
            listed.push_back({.name = name, .entry = entry, .sureness = sureness});
        listing.add(path(folder), listed);
    }
    listing.finish().value();
    return listing;
}

// A generation as the catalogue would hand it out.
class Held final : public EntrySource {
public:
    explicit Held(const Tree& tree) {
        for (auto& [folder, entries] : by_folder(tree))
            for (auto& entry : entries)
                rows_.emplace_back(folder, entry);
    }
    const NamedEntry* next(std::string_view& folder) override {
        if (at_ == rows_.size()) return nullptr;
        folder = rows_[at_].first;
        return &rows_[at_++].second;
    }

private:
    std::vector<std::pair<std::string, NamedEntry>> rows_;
    std::size_t at_ = 0;
};

}  // namespace mirrorseed::test
