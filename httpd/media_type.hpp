// What a file is, by its name alone; contents are never sniffed.
#pragma once

#include <string_view>

namespace mirrorseed::httpd {

// "application/octet-stream" for what the table does not know.
std::string_view media_type_of(std::string_view name);

// Browsers show it as a page of its own that may run scripts: HTML, and every kind of XML, SVG too.
bool is_active_page(std::string_view media_type);

}  // namespace mirrorseed::httpd
