// Writing a file that somebody named, so that it is there whole or not at all.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"

#include <string>

namespace mirrorseed::app {

enum class Overwrite { refuse, replace };

// Survives a power loss once it has returned. A replaced file keeps its mode; of a symbolic link the target
// is replaced. Texts of errors are escaped.
Status write_whole_file(const std::string& name, ByteSpan bytes, Overwrite overwrite);

// The absolute path that a write to `name` changes: of a symbolic link the target.
std::string where_written(const std::string& name);

// What would refuse the write, asked before a long piece of work: no such folder, or a file that is there.
Status can_write_file(const std::string& name, Overwrite overwrite);

}  // namespace mirrorseed::app
