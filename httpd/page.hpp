// The frame of every page that we make, and links that are safe in it.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed::httpd {

// `title` is plain text; the heading above the body and the body are HTML.
std::string page(std::string_view title, std::string_view heading, std::string_view body);

// One name as a relative reference; nothing in it can be taken for a scheme, a query or a fragment.
std::string link_to(std::string_view name);

}  // namespace mirrorseed::httpd
