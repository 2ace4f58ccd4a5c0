// What is found below "/-/": of the server itself, or by way of its source, for those who may ask.
#pragma once

#include "httpd/request_target.hpp"
#include "httpd/resource.hpp"

namespace mirrorseed::httpd {

// `target` is_own().
Found find_own(const Target& target, const Wanted& wanted, Source& source, const Site& site);

}  // namespace mirrorseed::httpd
