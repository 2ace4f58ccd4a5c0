#include "sync/http/index_rows.hpp"

#include "core/http/http_text.hpp"
#include "core/text.hpp"
#include "sync/http/index_html.hpp"
#include "sync/http/index_page.hpp"
#include "sync/http/index_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

namespace mirrorseed::sync {
namespace {

constexpr std::array<std::string_view, 3> list_tags{"pre", "ul", "table"};

// One <pre>, <ul> or <table>.
struct List {
    std::string_view tag{};
    std::vector<IndexItem> items{};
    bool sortable = false, has_parent = false, dated = false;
    bool says_listing = false;  // lighttpd's summary

    auto rank() const { return std::make_tuple(sortable || says_listing, has_parent, dated, !items.empty()); }
};

std::optional<Bytes> number(std::string_view text) {
    Bytes value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop == text.data()) return std::nullopt;
    return value;
}

// Text as it is compared: references decoded, and every kind of blank a space.
std::string plain_text(std::string_view raw) {
    const auto told = html_text(raw);
    constexpr std::string_view hard_blank = "\xc2\xa0";
    std::string text;
    text.reserve(told.size());
    for (std::size_t begin = 0; begin < told.size();) {
        const auto end = std::min(told.find(hard_blank, begin), told.size());
        text.append(told, begin, end - begin);
        if (end < told.size()) text += ' ';
        begin = end + hard_blank.size();
    }
    for (auto& c : text)
        if (c == '\r' || c == '\n' || c == '\t') c = ' ';
    return text;
}

std::string_view trimmed_text(std::string_view text) {
    return without_blanks(text);
}

// What a row says beside the name.
struct Facts {
    std::optional<ListedTime> time{};
    std::optional<ListedSize> size{};
    bool is_other_file = false;  // the time is a symbolic link's own, and not its target's
    std::string target{};
};

Sureness sureness_of(const Facts& facts) {
    // Not the size either: it may be the link's own too, by what version the server is.
    if (facts.is_other_file) return Sureness::none;
    return {.size = facts.size ? facts.size->sureness() : Sure::none,
            .time = facts.time ? facts.time->sureness() : Sure::none};
}

IndexItem item_of(IndexLink link, const Facts& facts) {
    IndexItem item{.name = std::move(link.name),
                   .kind = link.is_folder ? IndexKind::folder : IndexKind::file};
    if (!facts.target.empty()) {
        item.kind = IndexKind::link;
        item.target = facts.target;
    }
    if (facts.time) {
        item.mtime = facts.time->time;
        item.step = facts.time->step;
    }
    if (item.kind == IndexKind::file && facts.size) item.size = facts.size->size;
    item.sureness = sureness_of(facts);
    return item;
}

// "   21-Nov-2026 14:44     1234  a description": nothing counts that is not in its place.
Facts facts_behind(std::string_view text) {
    Facts facts;
    facts.time = take_listed_time(text);
    if (!facts.time) return facts;
    text = without_blanks(text);
    facts.size = parse_listed_size(text.substr(0, text.find(' ')));
    return facts;
}

class RowReader {
public:
    RowReader(const IndexPlace& place, std::string_view page) : place_(place), tokens_(page) {}

    Result<std::vector<IndexItem>> read() {
        for (auto token = tokens_.next(); token.kind != HtmlToken::Kind::end; token = tokens_.next()) {
            const auto good = see(token);
            if (!good) return good.error();
        }
        return choose();
    }

private:
    Status see(const HtmlToken& token) {
        note_heading(token);
        if (depth_ == 0) return begin_list(token);
        if (token.opens(list_.tag)) ++depth_;
        if (token.closes(list_.tag) && --depth_ == 0) return end_list();
        return list_.tag == "table" ? see_in_table(token) : see_in_text(token);
    }

    void note_heading(const HtmlToken& token) {
        for (const auto* tag : {"title", "h1", "h2"}) {
            if (token.opens(tag)) heading_.emplace();
            if (!token.closes(tag) || !heading_) continue;
            const auto text = plain_text(*heading_);
            const auto words = trimmed_text(text);
            is_headed_ =
                is_headed_ || words.starts_with("Index of /") || words.starts_with("Directory listing for /");
            heading_.reset();
        }
        constexpr std::size_t enough = 64;
        if (heading_ && token.kind == HtmlToken::Kind::text && heading_->size() < enough)
            heading_->append(token.text.substr(0, enough));
    }

    Status begin_list(const HtmlToken& token) {
        for (const auto tag : list_tags) {
            if (!token.opens(tag)) continue;
            list_ = {.tag = tag};
            list_.says_listing = tag == "table" && token.attribute("summary") == "Directory Listing";
            depth_ = 1;
        }
        return {};
    }

    Status end_list() {
        const auto ended = list_.tag == "table" ? end_row() : end_text();
        if (!best_ || best_->rank() < list_.rank()) best_ = std::move(list_);
        return ended;
    }

    // In a <pre> or <ul> a name's row ends with the line, or where the next one begins.
    Status see_in_text(const HtmlToken& token) {
        if (token.opens("a")) {
            const auto ended = end_text();
            in_link_ = true;
            return ended ? see_link(token) : ended;
        }
        if (token.closes("a")) in_link_ = false;
        if (token.kind != HtmlToken::Kind::text || in_link_ || links_.empty()) return {};
        const auto line_end = token.text.find('\n');
        behind_.append(token.text.substr(0, line_end));
        return line_end == token.text.npos ? Status() : end_text();
    }

    Status end_text() {
        const auto facts = list_.tag == "pre" ? facts_behind(plain_text(behind_)) : Facts();
        behind_.clear();
        return add_links(facts);
    }

    Status see_in_table(const HtmlToken& token) {
        if (token.opens("tr") || token.closes("tr")) return end_row();
        if (token.opens("td") || token.opens("th")) {
            end_cell();
            note_cell(token);
        }
        if (token.opens("time")) note_time(token);
        if (token.opens("a")) {
            in_link_ = true;
            end_cell();
            return see_link(token);
        }
        if (token.closes("a")) in_link_ = false;
        if (token.kind == HtmlToken::Kind::open && is_mark_of_link(token.attributes))
            facts_.is_other_file = true;
        if (token.kind == HtmlToken::Kind::text && !in_link_) behind_.append(token.text);
        return {};
    }

    // Caddy's icons, by the names of several versions.
    static bool is_mark_of_link(std::string_view attributes) {
        return attributes.find("-shortcut\"") != attributes.npos ||
               attributes.find("-symlink\"") != attributes.npos;
    }

    // Sizes to sort by are exact, whatever the cell shows; and so is what our own pages say in a hint.
    void note_cell(const HtmlToken& token) {
        for (const auto* name : {"data-order", "data-size", "title"}) {
            const auto value = token.attribute(name);
            const auto size = value ? number(*value) : std::nullopt;
            const bool is_hint = name == std::string_view("title");
            if (!size || (is_hint && !value->ends_with(" bytes"))) continue;
            facts_.size = ListedSize{*size, true};
            return;
        }
    }

    void note_time(const HtmlToken& token) {
        const auto value = token.attribute("datetime");
        if (!value) return;
        std::string_view text(*value);
        const auto time = take_listed_time(text);
        if (time) facts_.time = time;
    }

    void end_cell() {
        const auto text = plain_text(behind_);
        behind_.clear();
        auto rest = trimmed_text(text);
        constexpr std::string_view arrow = "\xe2\x86\x92 ";  // our own pages' way to show a link's target
        if (rest.starts_with(arrow) && !links_.empty()) facts_.target = rest.substr(arrow.size());
        if (!facts_.time) {
            auto time = take_listed_time(rest);
            if (time && trimmed_text(rest).empty()) facts_.time = time;
            if (time) return;
        }
        // What stands before the name is a number or an icon of the row.
        if (!facts_.size && !links_.empty()) facts_.size = parse_listed_size(rest);
    }

    Status end_row() {
        end_cell();
        in_link_ = false;
        list_.dated = list_.dated || facts_.time.has_value();
        return add_links(std::exchange(facts_, {}));
    }

    Status see_link(const HtmlToken& token) {
        const auto href = token.attribute("href");
        if (!href) return {};
        auto link = place_.read(*href);
        if (!link) return link.error();
        list_.has_parent = list_.has_parent || link->kind == IndexLink::Kind::parent;
        list_.sortable = list_.sortable || (link->kind == IndexLink::Kind::order && is_order(*href));
        if (link->kind == IndexLink::Kind::child) links_.push_back(std::move(*link));
        return {};
    }

    static bool is_order(std::string_view href) {
        const auto query = href.substr(std::min(href.find('?'), href.size()));
        return query.starts_with("?C=") || query.starts_with("?sort=");
    }

    // The facts are the first name's; what else a row links to may be a signature of it.
    Status add_links(const Facts& facts) {
        list_.dated = list_.dated || (facts.time.has_value() && !links_.empty());
        for (std::size_t at = 0; at < links_.size(); ++at) {
            if (++count_ > most_index_items)
                return place_.error(Fault::refused, "the listing has more than " +
                                                        std::to_string(most_index_items) + " names");
            const bool is_first = at == 0 || links_[at].name == list_.items.back().name;
            list_.items.push_back(item_of(std::move(links_[at]), is_first ? facts : Facts()));
        }
        links_.clear();
        return {};
    }

    Result<std::vector<IndexItem>> choose() {
        const bool is_cut = depth_ > 0 && (!best_ || best_->rank() < list_.rank());
        const List none;
        const auto& best = is_cut ? list_ : best_ ? *best_ : none;
        if (!best.tag.empty() && (is_headed_ || best.sortable || best.says_listing)) {
            if (is_cut) return place_.error(Fault::bad_input, "the listing is cut short");
            return std::move(best_->items);
        }
        return place_.no_listing();
    }

    const IndexPlace& place_;
    HtmlTokens tokens_;
    std::optional<List> best_;  // of those that have ended
    List list_;                 // the one we are in
    std::size_t depth_ = 0;     // in how many of its kind we are; 0: in none
    std::size_t count_ = 0;
    std::optional<std::string> heading_;  // while we are in one
    bool is_headed_ = false;

    // The row we are in.
    std::vector<IndexLink> links_;
    std::string behind_;  // raw text since the last link or cell began
    Facts facts_;
    bool in_link_ = false;
};

std::optional<IndexKind> xml_kind(const HtmlToken& token) {
    if (token.opens("file")) return IndexKind::file;
    if (token.opens("directory")) return IndexKind::folder;
    if (token.opens("other")) return IndexKind::other;
    return std::nullopt;
}

Result<IndexItem> xml_item(const IndexPlace& place, IndexKind kind, const HtmlToken& open,
                           std::string_view name) {
    auto good = place.check_name(html_text(name));
    if (!good) return good.error();
    IndexItem item{.name = std::move(*good), .kind = kind};
    const auto mtime = open.attribute("mtime"), size = open.attribute("size");
    std::string_view text = mtime ? std::string_view(*mtime) : std::string_view();
    const auto time = take_listed_time(text);
    const auto bytes = size ? number(*size) : std::nullopt;
    if (time) {
        item.mtime = time->time;
        item.step = time->step;
        item.sureness.time = time->sureness();
    }
    if (bytes) {
        item.size = *bytes;
        item.sureness.size = Sure::exact;
    }
    return item;
}

}  // namespace

Result<std::vector<IndexItem>> read_index_html(const IndexPlace& place, std::string_view page) {
    return RowReader(place, page).read();
}

Result<std::vector<IndexItem>> read_index_xml(const IndexPlace& place, std::string_view page) {
    HtmlTokens tokens(page);
    std::vector<IndexItem> items;
    auto token = tokens.next();
    while (token.kind == HtmlToken::Kind::text)
        token = tokens.next();
    if (!token.opens("list")) return place.no_listing();
    for (token = tokens.next(); !token.closes("list"); token = tokens.next()) {
        if (token.kind == HtmlToken::Kind::end)
            return place.error(Fault::bad_input, "the listing is cut short");
        const auto kind = xml_kind(token);
        if (!kind) continue;
        const auto text = tokens.next();
        auto item = xml_item(place, *kind, token, text.text);
        if (!item) return item.error();
        if (items.size() == most_index_items)
            return place.error(Fault::refused, "the listing has too many names");
        items.push_back(std::move(*item));
    }
    return items;
}

}  // namespace mirrorseed::sync
