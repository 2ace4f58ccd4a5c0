// The text of a checksum list or a signature, of which a stranger chose the length.
#pragma once

#include "core/system/folder.hpp"

#include <string>

namespace mirrorseed::sync {

Result<std::string> read_list_text(const Descriptor& file, const std::string& name);

}  // namespace mirrorseed::sync
