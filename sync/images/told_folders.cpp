#include "sync/images/told_folders.hpp"

#include "sync/checksum_names.hpp"
#include "sync/checksums/list_text.hpp"
#include "sync/images/image_files.hpp"

namespace mirrorseed::sync::images {

const ToldFolder& ToldFolders::of(const RelPath& folder, const std::vector<ReadSet>* lists,
                                  const Listing& in_tree) {
    const auto [at, is_new] = told_.try_emplace(folder);
    auto& told = at->second;
    if (is_new) {
        told.folder = folder;
        add_held_lists(in_tree, told);
    }
    if (lists != nullptr && told.upstream.empty()) told.upstream = telling_of(folder, *lists);
    return told;
}

// They were judged when they came.
void ToldFolders::add_held_lists(const Listing& in_tree, ToldFolder& told) const {
    for (const auto& file : files_in(in_tree, told.folder)) {
        told.is_held = true;
        const auto content = held_ && is_checksum_list(file) ? held_(file) : std::optional<Descriptor>();
        if (!content) continue;
        const auto text = read_list_text(*content, file.str());
        if (!text) continue;
        const auto listed = parse_checksum_list(file, *text);
        if (listed) add_telling(told.folder, *listed, told.held);
    }
}

}  // namespace mirrorseed::sync::images
