#include "sync/http/index_place.hpp"

#include "core/http/http_text.hpp"
#include "core/rel_path.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::sync {
namespace {

using Kind = IndexLink::Kind;

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// "http:", "mailto:"; and what sloppy servers make of a name with a colon, as browsers understand it.
bool has_scheme(std::string_view href) {
    const auto colon = href.find_first_of(":/?#");
    return colon != href.npos && colon > 0 && href[colon] == ':';
}

// The folder above "/a/b/" is "/a/"; the root has none.
std::string_view folder_above(std::string_view folder) {
    if (folder.size() < 2) return {};
    return folder.substr(0, folder.rfind('/', folder.size() - 2) + 1);
}

std::string_view without_blanks_and_lines(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

Result<IndexPlace> IndexPlace::at(const HttpUrl& url) {
    const std::string_view target = url.target();
    const auto path = target.substr(0, target.find('?'));
    auto folder = percent_decode(path.substr(0, path.rfind('/') + 1));
    if (!folder) return folder.error().within(url.shown());
    IndexPlace place;
    place.url_ = url;
    place.folder_ = std::move(*folder);
    return place;
}

Result<IndexLink> IndexPlace::read(std::string_view href) const {
    href = without_blanks_and_lines(href);
    const auto query = href.find_first_of("?#");
    const auto path = href.substr(0, query);
    if (has_scheme(href) || href.starts_with("//")) {
        const auto there = url_.resolve(href);
        if (!there || !there->same_origin(url_) || href.find_first_of("?#") != href.npos) return IndexLink();
        return read_path(there->target());
    }
    if (query == href.npos) return read_path(path);
    // A query or a fragment asks for something about a file, and not for the file.
    const auto there = read_path(path);
    const bool is_here = path.empty() || (there && there->kind == Kind::order);
    return IndexLink{.kind = is_here && href[query] == '?' ? Kind::order : Kind::elsewhere};
}

// Kind::order stands for this folder itself.
Result<IndexLink> IndexPlace::read_path(std::string_view path) const {
    while (path.starts_with("./"))
        path.remove_prefix(2);
    if (path.empty() || path == ".") return IndexLink{.kind = Kind::order};
    if (path == ".." || path == "../") return IndexLink{.kind = Kind::parent};
    if (path.starts_with('/')) {
        const auto last = path.ends_with('/') ? path.size() - 1 : path.size();
        const auto part_begin = last == 0 ? 0 : path.rfind('/', last - 1) + 1;
        const auto whole = percent_decode(path);
        if (whole && *whole == folder_) return IndexLink{.kind = Kind::order};
        if (whole && (*whole == folder_above(folder_) || *whole + "/" == folder_above(folder_)))
            return IndexLink{.kind = Kind::parent};
        const auto above = percent_decode(path.substr(0, part_begin));
        if (!above || *above != folder_) return IndexLink();
        path.remove_prefix(part_begin);
    }
    const auto slash = path.find('/');
    if (path.starts_with("../") || (slash != path.npos && slash + 1 < path.size())) return IndexLink();
    return read_child(path);
}

Result<IndexLink> IndexPlace::read_child(std::string_view part) const {
    IndexLink link{.kind = Kind::child, .is_folder = part.ends_with('/')};
    if (link.is_folder) part.remove_suffix(1);
    const auto decoded = percent_decode(part);
    if (!decoded) return bad_name(part, "is no proper URL");
    auto name = check_name(*decoded);
    if (!name) return name.error();
    link.name = std::move(*name);
    return link;
}

Result<std::string> IndexPlace::check_name(std::string_view name) const {
    if (std::any_of(name.begin(), name.end(), is_control)) return bad_name(name, "has control characters");
    if (!RelPath::parse_name(name)) return bad_name(name, "can be no file's");
    return std::string(name);
}

Error IndexPlace::bad_name(std::string_view name, const std::string& why) const {
    constexpr std::size_t shown = 300;
    return error(Fault::unsafe_path,
                 "the listing has the name \"" + escape_text(name.substr(0, shown)) + "\", which " + why);
}

}  // namespace mirrorseed::sync
