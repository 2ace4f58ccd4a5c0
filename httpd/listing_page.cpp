#include "httpd/listing_page.hpp"

#include "httpd/own_paths.hpp"
#include "httpd/page.hpp"

#include "core/http/http_date.hpp"
#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace mirrorseed::httpd {
namespace {

using Key = ListingOrder::Key;
using Direction = ListingOrder::Direction;

std::string json_text(std::string_view text) {
    return boost::json::serialize(as_utf8(text));
}

std::string json_item(const ListedItem& item) {
    auto text = fmt::format(R"({{"name":{},"type":"{}","mtime":"{}")", json_text(item.name),
                            kind_name(item.kind), format_http_date(item.modified));
    if (item.kind == EntryKind::file) text += fmt::format(",\"size\":{}", item.size);
    if (item.digest) text += fmt::format(",\"sha256\":\"{}\"", item.digest->hex());
    if (!item.target.empty()) text += ",\"target\":" + json_text(item.target);
    // Such a name cannot stand in JSON as it is, and two of them may look the same there.
    if (!is_utf8(item.name)) text += ",\"href\":" + json_text(link_to(item.name));
    return text + "}";
}

std::string json_tree(const ListedTree& tree) {
    return fmt::format(R"({{"name":{},"generation":{},"published":{},"files":{},"bytes":{}}})",
                       json_text(tree.name), tree.generation, tree.published, tree.files, tree.bytes);
}

template <class Items, class Show>
std::string json_array(const Items& items, Show show) {
    std::string text = "[";
    for (const auto& item : items)
        text.append(text.size() > 1 ? ",\n" : "").append(show(item));
    return text + "]\n";
}

// "2026-11-21 09:30", which HTML takes for a time as it stands.
void add_time_cell(std::string& html, UnixTime time) {
    const auto iso = format_iso_time(time);
    if (iso.size() != 20) {
        html += "<td class=\"d\"></td>";
        return;
    }
    html.append("<td class=\"d\"><time>")
        .append(iso, 0, 10)
        .append(1, ' ')
        .append(iso, 11, 5)
        .append("</time></td>");
}

void add_size_cell(std::string& html, const ListedItem& item) {
    constexpr Bytes told_exactly = 1024;
    if (item.kind != EntryKind::file) {
        html += "<td class=\"n\">-</td>";
        return;
    }
    html += "<td class=\"n\"";
    if (item.size >= told_exactly)
        html.append(" title=\"").append(std::to_string(item.size)).append(" bytes\"");
    html.append(1, '>').append(format_size(item.size)).append("</td>");
}

void add_row(std::string& html, const ListedItem& item) {
    const std::string_view slash = item.kind == EntryKind::folder ? "/" : "";
    html.append("<tr><td><a href=\"").append(link_to(item.name)).append(slash).append("\"><bdi>");
    html.append(markup_text(item.name)).append("</bdi>").append(slash).append("</a>");
    if (!item.target.empty())
        html.append(" <span class=\"t\">&rarr; ").append(markup_text(item.target)).append("</span>");
    html += "</td>";
    add_size_cell(html, item);
    add_time_cell(html, item.modified);
    html += "</tr>\n";
}

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// "2 folders, 1 file, 668 MiB"
std::string summary(const std::vector<ListedItem>& items) {
    std::size_t folders = 0, files = 0, links = 0;
    Bytes bytes = 0;
    for (const auto& item : items) {
        ++(item.kind == EntryKind::folder ? folders : item.kind == EntryKind::file ? files : links);
        bytes += item.kind == EntryKind::file ? item.size : 0;
    }
    std::string text;
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count > 0) text += counted(count, what) + ", ";
    };
    add(folders, "folder");
    add(files, "file");
    add(links, "link");
    return "<p>" + (text.empty() ? "Nothing is here" : text + format_size(bytes)) + "</p>\n";
}

// "Index of /pub/iso/", each part a link to that folder.
std::string trail(const RelPath& folder) {
    std::string html, up;
    for (auto at = folder; !at.is_root(); at = at.parent()) {
        const auto name = "<bdi>" + markup_text(at.name()) + "</bdi>";
        html.insert(0, (up.empty() ? name : "<a href=\"" + up + "\">" + name + "</a>") + "/");
        up += "../";
    }
    return "Index of " + (up.empty() ? "/" : "<a href=\"" + up + "\">/</a>") + html;
}

// A second click on the column that already orders turns the order round.
std::string column(std::string_view title, std::string_view name, Key key, ListingOrder order) {
    const bool chosen = order.key == key;
    const bool down = order.direction == Direction::descending;
    const auto sign = !chosen ? "" : down ? " &darr;" : " &uarr;";
    return fmt::format("<th{}><a href=\"?sort={}&amp;order={}\">{}</a>{}</th>",
                       key == Key::size   ? " class=\"n\""
                       : key == Key::date ? " class=\"d\""
                                          : "",
                       name, chosen && !down ? "desc" : "asc", title, sign);
}

auto rank(const ListedItem& item, Key key) {
    const auto folder_first = key == Key::name && item.kind != EntryKind::folder ? 1 : 0;
    const auto size = key == Key::size ? item.size : 0;
    const auto date = key == Key::date ? item.modified : 0;
    return std::make_tuple(folder_first, size, date);
}

}  // namespace

ListingForm choose_listing_form(const Target& target, const Likes& likes) {
    const auto format = target.asked("format");
    if (format == "json") return ListingForm::json;
    if (format == "html") return ListingForm::html;
    return likes.json ? ListingForm::json : ListingForm::html;
}

ListingOrder choose_listing_order(const Target& target) {
    ListingOrder order;
    const auto key = target.asked("sort");
    if (key == "size") order.key = Key::size;
    if (key == "date") order.key = Key::date;
    if (target.asked("order") == "desc") order.direction = Direction::descending;
    return order;
}

std::optional<std::string> listing_asked_for(std::string_view text) {
    const auto path = text.substr(0, text.find('?'));
    if (path.empty() || (path.back() != '/' && path.back() != '.')) return std::nullopt;
    const bool is_plain = path.size() == text.size() && path.find('%') == std::string_view::npos &&
                          path.find("//") == std::string_view::npos &&
                          path.find("/.") == std::string_view::npos;
    if (is_plain) return std::nullopt;
    const auto [status, target] = parse_target(text);
    if (status != 0 || !target.folder || is_own(target.path)) return std::nullopt;
    auto same = target.url();
    const auto add = [&](std::string_view word) {
        same.append(same.find('?') == std::string::npos ? "?" : "&").append(word);
    };
    const auto format = target.asked("format");
    if (format == "json" || format == "html") add("format=" + *format);
    const auto order = choose_listing_order(target);
    if (order.key != Key::name) add(order.key == Key::size ? "sort=size" : "sort=date");
    if (order.direction == Direction::descending) add("order=desc");
    return same == text ? std::nullopt : std::optional(std::move(same));
}

void sort_listing(std::vector<ListedItem>& items, ListingOrder order) {
    const bool down = order.direction == Direction::descending;
    std::sort(items.begin(), items.end(), [&](const ListedItem& a, const ListedItem& b) {
        const auto first = rank(a, order.key), second = rank(b, order.key);
        // Folders lead the names whichever way these run.
        if (order.key == Key::name && first != second) return first < second;
        if (order.key == Key::name) return down ? b.name < a.name : a.name < b.name;
        if (first != second) return down ? second < first : first < second;
        return a.name < b.name;
    });
}

std::string folder_as_html(const RelPath& folder, const std::vector<ListedItem>& items, ListingOrder order) {
    constexpr std::size_t usual_row = 200;
    std::string body;
    body.reserve((items.size() + 2) * usual_row);
    body.append("<table>\n<thead><tr>")
        .append(column("Name", "name", Key::name, order))
        .append(column("Size", "size", Key::size, order))
        .append(column("Date (UTC)", "date", Key::date, order))
        .append("</tr></thead>\n<tbody>\n");
    if (!folder.is_root()) body += "<tr><td><a href=\"../\">../</a></td></tr>\n";
    for (const auto& item : items)
        add_row(body, item);
    body.append("</tbody>\n</table>\n").append(summary(items));
    return page("Index of /" + (folder.is_root() ? "" : folder.str() + "/"), trail(folder), body);
}

std::string folder_as_json(const std::vector<ListedItem>& items) {
    return json_array(items, json_item);
}

std::string trees_as_html(const std::vector<ListedTree>& trees) {
    std::string body =
        "<table>\n<thead><tr><th>Tree</th><th class=\"n\">Files</th><th class=\"n\">Size</th>"
        "<th class=\"d\">Published (UTC)</th></tr></thead>\n<tbody>\n";
    for (const auto& tree : trees) {
        body +=
            fmt::format("<tr><td><a href=\"{}/\">{}/</a></td><td class=\"n\">{}</td><td class=\"n\">{}</td>",
                        link_to(tree.name), markup_text(tree.name), tree.files, format_size(tree.bytes));
        add_time_cell(body, tree.published);
        body += "</tr>\n";
    }
    constexpr std::string_view title = "Mirrored trees";
    return page(title, title, body + "</tbody>\n</table>\n");
}

std::string trees_as_json(const std::vector<ListedTree>& trees) {
    return json_array(trees, json_tree);
}

}  // namespace mirrorseed::httpd
