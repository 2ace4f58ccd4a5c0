// The rows of an index page in HTML.
//
// The names stand as links in a <pre>, a <ul> or a <table>; what else a row says is
// the text behind the link, or the other cells. What a link shows is of no use:
// servers cut long names short. A page may hold other lists, in a notice above or
// below; the one with the columns to sort by, the link upwards or the dates wins.
#pragma once

#include "core/result.hpp"
#include "sync/http/index_item.hpp"
#include "sync/http/index_place.hpp"

#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// In the page's order; a name may come more than once. Fault::bad_input when the page is no listing.
Result<std::vector<IndexItem>> read_index_html(const IndexPlace& place, std::string_view page);

// nginx's XML, whose elements have the names in them.
Result<std::vector<IndexItem>> read_index_xml(const IndexPlace& place, std::string_view page);

}  // namespace mirrorseed::sync
