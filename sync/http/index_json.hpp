// Index pages as JSON: an array of objects in nginx's form (which is ours too, with more in it) or Caddy's.
#pragma once

#include "core/result.hpp"
#include "sync/http/index_item.hpp"
#include "sync/http/index_place.hpp"

#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// In the page's order. Read as it goes by, so that what is of no use costs no memory.
Result<std::vector<IndexItem>> read_index_json(const IndexPlace& place, std::string_view page);

}  // namespace mirrorseed::sync
