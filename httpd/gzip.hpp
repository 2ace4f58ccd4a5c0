// gzip, as listings are compressed with.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed::httpd {

std::string gzip(std::string_view text);

}  // namespace mirrorseed::httpd
