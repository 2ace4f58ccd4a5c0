// An HTTP proxy's URL as the rsync program wants to be told of it, in RSYNC_PROXY: [USER:PASSWORD@]HOST:PORT.
//
// Pure.
#pragma once

#include "core/result.hpp"

#include <string>

namespace mirrorseed::sync {

// Empty for none. An error for an IPv6 address, in which rsync would take the first colon for the port's.
Result<std::string> rsync_proxy(const std::string& url);

}  // namespace mirrorseed::sync
