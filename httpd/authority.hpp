// A host and maybe a port, as the field Host and absolute targets have them (RFC 3986 section 3.2). Pure.
#pragma once

#include <string_view>

namespace mirrorseed::httpd {

// Of no other form. Empty is one, as RFC 9112 section 3.2 allows it in Host.
bool is_authority(std::string_view text);
// Its host is `localhost` or an address as it stands: no name that somebody could point at this machine.
bool names_no_domain(std::string_view authority);

}  // namespace mirrorseed::httpd
