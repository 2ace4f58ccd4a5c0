// What lies in a plain folder now, for a plan against it.
//
// What the selection does not want is none of ours: it is left out here, and so it
// is neither replaced nor deleted. What is neither a file, a folder nor a link
// stands as a link to nothing, which no upstream lists.
#pragma once

#include "core/glob.hpp"
#include "core/progress.hpp"
#include "core/store/catalogue_entries.hpp"
#include "core/system/folder.hpp"
#include "sync/listing.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

class CurrentFolder {
public:
    // An empty one.
    CurrentFolder() = default;
    static Result<CurrentFolder> read(const Folder& folder, const Selection& selection, Progress& progress);

    std::optional<Entry> find(const RelPath& path) const;
    // In the order of a listing.
    const std::vector<PackedFolder>& folders() const noexcept { return folders_; }

private:
    Status read_folder(const Folder& folder, const RelPath& path, const Selection& selection,
                       Progress& progress);

    std::vector<PackedFolder> folders_;
};

// `current` with what is not worth a change taken over from `listed`: a time within the same second, and the
// rights that we need in a folder of ours.
Entry as_listed(Entry current, const Entry& listed);

// What is there now, entry by entry, as listed where that is near enough. Both outlive it.
class CurrentSource final : public EntrySource {
public:
    CurrentSource(const CurrentFolder& current, const Listing& listing)
        : current_(current), listing_(listing) {}
    const NamedEntry* next(std::string_view& folder) override;

private:
    const CurrentFolder& current_;
    const Listing& listing_;
    std::size_t folder_ = 0, entry_ = 0;
    NamedEntry item_;
};

// May a folder make way for a file of its name? Not where something in it is to stay: anything at all when
// nothing may be deleted, else what nobody selected.
enum class Deletes { no, yes };
Result<bool> may_make_way(const Folder& folder, const RelPath& path, const Selection& selection,
                          Deletes deletes);

}  // namespace mirrorseed::sync
