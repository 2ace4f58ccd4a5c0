// What is known of a staged file that has not come whole, kept beside it.
#pragma once

#include "core/system/folder.hpp"
#include "core/units.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::sync {

// Another one after every start of the machine; empty where nobody tells.
std::string boot_id();

// The name under which a file is staged; another size or time is another name.
RelPath staging_name(const PathEntry& item);

struct StagedPart {
    Bytes size = 0;           // that may be relied on
    std::string validator{};  // the upstream's mark of the file that it is a part of
};

// What was synced survives a loss of power. All of it survives as long as the machine does, which its boot id
// tells.
void remember_part(const Folder& staging, const RelPath& staged, Bytes synced, Bytes size,
                   std::string_view validator);
// Nothing to rely on: a part of size 0.
StagedPart recall_part(const Folder& staging, const RelPath& staged);
void forget_part(const Folder& staging, const RelPath& staged);

}  // namespace mirrorseed::sync
