#include "sync/http/index_page.hpp"

#include "core/http/http_text.hpp"
#include "core/text.hpp"
#include "sync/http/index_json.hpp"
#include "sync/http/index_place.hpp"
#include "sync/http/index_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mirrorseed::sync {
namespace {

bool is_type(std::string_view content_type, std::string_view wanted) {
    return same_word(without_blanks(content_type.substr(0, content_type.find(';'))), wanted);
}

Result<std::vector<IndexItem>> read_items(const IndexPlace& place, std::string_view type,
                                          std::string_view body) {
    if (is_type(type, "application/json")) return read_index_json(place, body);
    if (is_type(type, "text/html") || is_type(type, "application/xhtml+xml"))
        return read_index_html(place, body);
    if (is_type(type, "text/xml") || is_type(type, "application/xml")) return read_index_xml(place, body);
    return place.no_listing();
}

// The same name twice, because an icon is a link too, is one name; what the two say must not differ. Of each
// fact the surer word counts.
bool merge(IndexItem& first, const IndexItem& second) {
    if (first.kind != second.kind) return false;
    if (second.sureness.size < first.sureness.size) {
        first.size = second.size;
        first.sureness.size = second.sureness.size;
    }
    if (second.sureness.time < first.sureness.time) {
        first.mtime = second.mtime;
        first.step = second.step;
        first.sureness.time = second.sureness.time;
    }
    return true;
}

}  // namespace

Result<std::vector<IndexItem>> parse_index_page(const HttpUrl& url, std::string_view content_type,
                                                std::string_view body) {
    const auto place = IndexPlace::at(url);
    if (!place) return place.error();
    if (body.size() > largest_index_page) return place->error(Fault::refused, "the listing is too large");
    auto items = read_items(*place, content_type, body);
    if (!items) return items;
    std::stable_sort(items->begin(), items->end(),
                     [](const IndexItem& a, const IndexItem& b) { return a.name < b.name; });
    const bool is_html = !is_type(content_type, "application/json");
    std::size_t kept = 0;
    for (std::size_t at = 0; at < items->size(); ++at) {
        auto& item = (*items)[at];
        const bool is_again = kept > 0 && (*items)[kept - 1].name == item.name;
        if (is_again && !(is_html && merge((*items)[kept - 1], item)))
            return place->error(Fault::bad_input,
                                "the listing has the name \"" + escape_text(item.name) + "\" twice");
        if (!is_again && kept++ != at) (*items)[kept - 1] = std::move(item);
    }
    items->resize(kept);
    return items;
}

}  // namespace mirrorseed::sync
