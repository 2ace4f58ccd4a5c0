// Files that hold a secret which the config does not: a token, or a password.
#pragma once

#include "core/result.hpp"

#include <string>

namespace mirrorseed::app {

// Its first line, as the password files of rsync and curl have it. Empty when no file is named.
Result<std::string> read_secret(const std::string& file);

}  // namespace mirrorseed::app
