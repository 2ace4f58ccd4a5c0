// In which order a checkout is brought from one generation to another.
//
// Pure. Other programs read a checkout while it changes, so at every moment what
// an index names should be there: new files come first, then changed ones with
// the indices last, then the deletions, which begin with the indices.
#pragma once

#include "core/store/catalogue_entries.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace mirrorseed::sync {

struct CheckoutStep {
    enum class Kind {
        make_folder,    // the folder is missing
        show,           // a file or link that is missing
        replace,        // something else is there
        remove,         // a file or link
        remove_folder,  // with all that is in it
        dress_folder,   // its mode and time, after all that is in it
        close_folder,   // it is not for everybody any more, and that comes before all else
    } kind;
    RelPath path;
    Entry entry;  // as it shall be; as it was for a removal
};

// Whatever is put into a folder disturbs its time, so that the folders above what changes are dressed again.
// `look` tells of each what it was and what it shall be; nothing where there is no folder to dress.
using FolderLook = std::function<std::optional<EntryChange>(const RelPath& path)>;
void add_folders_above(std::vector<EntryChange>& changes, const FolderLook& look);

std::vector<CheckoutStep> order_checkout(const std::vector<EntryChange>& changes);

// An embargoed folder is never open to others, not even while it is filled.
std::uint32_t mode_while_filled(const Entry& folder) noexcept;

// There is no such name, or something that is no folder stands in its way.
bool is_missing(const Error& error);
// It would go wrong with every other name too.
bool is_of_the_disk(const Error& error);

}  // namespace mirrorseed::sync
