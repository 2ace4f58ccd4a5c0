// A URL as it may be shown: in logs, pages, reports and messages.
//
// URLs from a config may hold passwords and tokens, and no text of ours shows one.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed {

// The URL with user, password and query left out, and its control bytes escaped. Errs on the side of hiding
// when the text is no URL at all.
std::string without_credentials(std::string_view url);

}  // namespace mirrorseed
