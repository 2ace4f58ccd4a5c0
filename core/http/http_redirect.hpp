// Where a redirect leads, or why it is not followed. Pure: what may be connected to is asked when the address
// is known (core/http/http_connect.hpp).
#pragma once

#include "core/http/http_url.hpp"

#include <string_view>

namespace mirrorseed {

// 301, 302, 303, 307 and 308; the others of their hundred lead nowhere.
bool is_redirect(unsigned status) noexcept;

// `followed`: how many came before this one. A redirect from https to http is refused, as it would give up
// what the certificate proved.
Result<HttpUrl> next_hop(const HttpUrl& from, std::string_view location, unsigned followed, unsigned limit);

}  // namespace mirrorseed
