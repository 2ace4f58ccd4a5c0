// What an index page says of a folder.
//
// Known are the pages of nginx (HTML, JSON, XML) and its fancyindex, Apache (plain,
// fancy, HTMLTable), lighttpd, Caddy (HTML, JSON), Python's http.server, and our own
// (JSON, HTML). Pure, and for any bytes: what is no listing, a login page say, is an
// error, as a folder that seems to be empty would have its files deleted; and so is
// a page that is cut short, or that names what cannot be a file's name.
#pragma once

#include "core/digest.hpp"
#include "core/http/http_url.hpp"
#include "core/result.hpp"
#include "sync/http/index_item.hpp"

#include <string_view>
#include <vector>

namespace mirrorseed::sync {

constexpr Bytes largest_index_page = Bytes{64} << 20;
constexpr std::size_t most_index_items = 5'000'000;

// By name, each once. `url` is where the page was found in the end.
Result<std::vector<IndexItem>> parse_index_page(const HttpUrl& url, std::string_view content_type,
                                                std::string_view body);

}  // namespace mirrorseed::sync
