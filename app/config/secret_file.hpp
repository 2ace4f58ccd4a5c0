// Files that hold a secret which the config does not: a token, or a password.
#pragma once

#include "core/result.hpp"

#include <string>

namespace mirrorseed::app {

// Its first line, as the password files of rsync and curl have it. Empty when no file is named.
Result<std::string> read_secret(const std::string& file);
// Of such a file's text.
std::string secret_in(const std::string& text);

}  // namespace mirrorseed::app
