#include "sync/http/index_json.hpp"

#include "core/http/http_date.hpp"
#include "sync/http/index_page.hpp"
#include "sync/http/index_text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::sync {
namespace {

namespace json = boost::json;
using boost::system::error_code;

// What an object of the array said, as far as anybody wants to know.
struct Fields {
    std::string name, type, mtime, mod_time, sha256, target, href, url;
    std::optional<Bytes> size;
    std::optional<bool> is_dir, is_symlink;

    std::string* text(std::string_view key) {
        if (key == "name") return &name;
        if (key == "type") return &type;
        if (key == "mtime") return &mtime;
        if (key == "mod_time") return &mod_time;
        if (key == "sha256") return &sha256;
        if (key == "target") return &target;
        if (key == "href") return &href;
        if (key == "url") return &url;
        return nullptr;
    }
};

std::optional<IndexKind> kind_of(std::string_view type) {
    if (type == "file") return IndexKind::file;
    if (type == "directory") return IndexKind::folder;
    if (type == "symlink") return IndexKind::link;
    if (type == "other") return IndexKind::other;
    return std::nullopt;
}

// A name that JSON cannot spell is told as a link too.
Result<std::string> name_of(const IndexPlace& place, const std::string& name, const std::string& link) {
    if (link.empty()) return place.check_name(name);
    auto read = place.read(link);
    if (!read) return read.error();
    if (read->kind != IndexLink::Kind::child) return place.error(Fault::bad_input, "a link leads elsewhere");
    return std::move(read->name);
}

Result<IndexItem> item_in_our_form(const IndexPlace& place, const Fields& fields) {
    const auto kind = kind_of(fields.type);
    if (!kind) return place.no_listing();
    // A server of ours does not tell where a link leads that leaves what it serves.
    const bool is_untold = *kind == IndexKind::link && fields.target.empty();
    auto name = name_of(place, fields.name, fields.href);
    if (!name) return name.error();
    IndexItem item{.name = std::move(*name),
                   .kind = is_untold ? IndexKind::other : *kind,
                   .size = fields.size.value_or(0),
                   .target = fields.target};
    const auto time = parse_http_date(fields.mtime, 0);
    if (time) item.mtime = FileTime::from_seconds(*time);
    item.sureness = {.size = fields.size ? Sure::exact : Sure::none, .time = time ? Sure::exact : Sure::none};
    const auto digest = Digest::parse_hex(fields.sha256);
    if (digest && item.kind == IndexKind::file) item.digest = *digest;
    return item;
}

// The size is a symbolic link's target's, the time its own: such a file may change unseen.
Result<IndexItem> item_in_caddys_form(const IndexPlace& place, const Fields& fields) {
    auto bare = fields.name;
    if (*fields.is_dir && bare.ends_with('/')) bare.pop_back();
    auto name = name_of(place, bare, fields.url);
    if (!name) return name.error();
    IndexItem item{.name = std::move(*name), .kind = *fields.is_dir ? IndexKind::folder : IndexKind::file};
    if (item.kind == IndexKind::file) item.size = fields.size.value_or(0);
    std::string_view text = fields.mod_time;
    const auto time = take_listed_time(text);
    if (time) {
        item.mtime = time->time;
        item.step = time->step;
    }
    if (fields.is_symlink.value_or(false)) return item;
    item.sureness = {.size = fields.size ? Sure::exact : Sure::none,
                     .time = time ? time->sureness() : Sure::none};
    return item;
}

Result<IndexItem> item_of(const IndexPlace& place, const Fields& fields) {
    if (fields.name.empty()) return place.no_listing();
    if (!fields.type.empty()) return item_in_our_form(place, fields);
    return fields.is_dir ? item_in_caddys_form(place, fields) : Result<IndexItem>(place.no_listing());
}

// What Boost's parser calls. Only the values right in an object right in the array are looked at.
class Handler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = 1 << 16;
    static constexpr std::size_t max_string_size = 1 << 16;

    explicit Handler(const IndexPlace& place) : place_(place) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code& code) { return begin(depth_ == 0 || depth_ >= 2, code); }
    bool on_array_end(std::size_t, error_code&) { return end(); }
    bool on_object_begin(error_code& code) {
        if (depth_ == 1) fields_ = {};
        return begin(depth_ >= 1, code);
    }
    bool on_object_end(std::size_t, error_code& code) {
        end();
        return depth_ != 1 || add(code);
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return append(key_, part); }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        append(key_, part);
        if (depth_ == 2) current_ = std::exchange(key_, {});
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return append(string_, part); }
    bool on_string(json::string_view part, std::size_t, error_code& code) {
        append(string_, part);
        auto* field = depth_ == 2 ? fields_.text(current_) : nullptr;
        if (field != nullptr) *field = string_;
        string_.clear();
        return value(code);
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, error_code& code) {
        if (number >= 0) note_size(static_cast<Bytes>(number));
        return value(code);
    }
    bool on_uint64(std::uint64_t number, json::string_view, error_code& code) {
        note_size(number);
        return value(code);
    }
    bool on_double(double, json::string_view, error_code& code) { return value(code); }
    bool on_bool(bool yes, error_code& code) {
        if (depth_ == 2 && current_ == "is_dir") fields_.is_dir = yes;
        if (depth_ == 2 && current_ == "is_symlink") fields_.is_symlink = yes;
        return value(code);
    }
    bool on_null(error_code& code) { return value(code); }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    std::optional<Error> trouble;
    std::vector<IndexItem> items;

private:
    static bool append(std::string& text, json::string_view part) {
        text.append(part.data(), part.size());
        return true;
    }
    bool fail(Error error, error_code& code) {
        trouble = std::move(error);
        code = make_error_code(Fault::bad_input);
        return false;
    }
    bool begin(bool is_good, error_code& code) {
        if (!is_good) return fail(place_.no_listing(), code);
        ++depth_;
        return true;
    }
    bool end() {
        --depth_;
        return true;
    }
    // A bare value is good within an object alone.
    bool value(error_code& code) { return depth_ >= 2 || fail(place_.no_listing(), code); }
    void note_size(Bytes number) {
        if (depth_ == 2 && current_ == "size") fields_.size = number;
    }
    bool add(error_code& code) {
        if (items.size() == most_index_items)
            return fail(place_.error(Fault::refused, "the listing has too many names"), code);
        auto item = item_of(place_, fields_);
        if (!item) return fail(item.error(), code);
        items.push_back(std::move(*item));
        return true;
    }

    const IndexPlace& place_;
    std::size_t depth_ = 0;
    std::string key_, string_, current_;
    Fields fields_;
};

}  // namespace

Result<std::vector<IndexItem>> read_index_json(const IndexPlace& place, std::string_view page) {
    json::parse_options options;
    options.allow_invalid_utf8 = true;  // nginx writes names as they are
    json::basic_parser<Handler> parser(options, place);
    error_code code;
    const auto read = parser.write_some(false, page.data(), page.size(), code);
    auto& handler = parser.handler();
    if (handler.trouble) return *handler.trouble;
    if (!code && page.substr(read).find_first_not_of(" \t\r\n") != page.npos) code = json::error::extra_data;
    if (code) return place.error(Fault::bad_input, "the listing is no proper JSON (" + code.message() + ")");
    return std::move(handler.items);
}

}  // namespace mirrorseed::sync
