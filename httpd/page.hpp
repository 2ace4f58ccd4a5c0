// The frame of every page that we make, and text that is safe in it.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed::httpd {

// `title` is plain text, `body` is HTML.
std::string page(std::string_view title, std::string_view body);

// Plain text as HTML, also between double quotes. Bytes that are no UTF-8 become \xHH, control bytes U+FFFD.
std::string html_text(std::string_view text);

// One name as a relative reference; nothing in it can be taken for a scheme, a query or a fragment.
std::string link_to(std::string_view name);

}  // namespace mirrorseed::httpd
