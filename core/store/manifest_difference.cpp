#include "core/store/manifest_difference.hpp"

#include "core/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <utility>

namespace mirrorseed {
namespace {

constexpr std::string_view in_older = R"({"in":"older",)";
constexpr std::string_view in_newer = R"({"in":"newer",)";
constexpr std::string_view path_first = R"({"path":")";

Error bad_head(const std::string& why) {
    return {Fault::damaged, "the head of a difference " + why};
}

Result<boost::json::object> object_of(std::string_view line) {
    boost::json::error_code error;
    auto value = boost::json::parse(boost::json::string_view(line.data(), line.size()), error);
    if (error || !value.is_object()) return bad_head("is no JSON object");
    const auto* version = value.get_object().if_contains("difference");
    if (version == nullptr || !version->is_int64() || version->get_int64() != 1)
        return bad_head("is of another version");
    return std::move(value.get_object());
}

Result<ManifestHead> side_of(const boost::json::object& object, const char* side) {
    const auto* value = object.if_contains(side);
    if (value == nullptr) return bad_head(std::string("has no \"") + side + "\"");
    return ManifestHead::parse(boost::json::serialize(*value));
}

Result<Digest> digest_of(const boost::json::object& object, const char* side) {
    const auto* value = object.if_contains(side);
    if (value == nullptr || !value->is_string()) return bad_head(std::string("has no \"") + side + "\"");
    return Digest::parse_hex(std::string_view(value->get_string()));
}

// Paths are percent-encoded, so neither a quote nor an escape is in one.
Result<std::string> path_after(std::string_view text, std::string_view line) {
    const auto end = text.find('"');
    if (end == std::string_view::npos || end == 0 || text.substr(0, end).find('\\') != std::string_view::npos)
        return Error(Fault::damaged, "manifest line " + escape_text(line.substr(0, 200)) + ": no good path");
    const auto encoded = text.substr(0, end);
    if (encoded.find('%') == std::string_view::npos) return std::string(encoded);
    return percent_decode(encoded);
}

}  // namespace

std::string DifferenceHead::json() const {
    boost::json::object object;
    object["difference"] = 1;
    object["older"] = older ? boost::json::parse(older->json()) : boost::json::value();
    object["newer"] = boost::json::parse(newer.json());
    object["private"] = has_private;
    return boost::json::serialize(object) + "\n";
}

Result<DifferenceHead> DifferenceHead::parse(std::string_view line) {
    const auto object = object_of(line);
    if (!object) return object.error();
    DifferenceHead head;
    const auto* older = object->if_contains("older");
    if (older == nullptr || !older->is_null()) {
        auto side = side_of(*object, "older");
        if (!side) return side.error();
        head.older = std::move(*side);
    }
    auto newer = side_of(*object, "newer");
    if (!newer) return newer.error();
    head.newer = std::move(*newer);
    if (head.older && head.older->generation.number >= head.newer.generation.number)
        return bad_head("has the newer side first");
    const auto* has_private = object->if_contains("private");
    if (has_private == nullptr || !has_private->is_bool()) return bad_head("has no \"private\"");
    head.has_private = has_private->get_bool();
    return head;
}

Digest DifferenceHead::digest(DifferenceSide side) const {
    if (side == DifferenceSide::newer) return newer.generation.manifest.value_or(Digest{});
    return older ? older->generation.manifest.value_or(Digest{}) : Sha256::of({});
}

std::string PrivateDifferenceHead::json() const {
    boost::json::object object;
    object["difference"] = 1;
    object["older"] = older.hex();
    object["newer"] = newer.hex();
    return boost::json::serialize(object) + "\n";
}

Result<PrivateDifferenceHead> PrivateDifferenceHead::parse(std::string_view line) {
    const auto object = object_of(line);
    if (!object) return object.error();
    const auto older = digest_of(*object, "older");
    const auto newer = digest_of(*object, "newer");
    if (!older) return older.error();
    if (!newer) return newer.error();
    return PrivateDifferenceHead{*older, *newer};
}

void append_difference_line(std::string& out, DifferenceSide side, std::string_view manifest_line) {
    out += side == DifferenceSide::older ? in_older : in_newer;
    out += manifest_line.substr(1);  // its brace is ours
    out += '\n';
}

Result<DifferenceLine> parse_difference_line(std::string_view line) {
    const bool is_older = line.starts_with(in_older);
    if (!is_older && !line.starts_with(in_newer))
        return Error(Fault::damaged,
                     "line " + escape_text(line.substr(0, 200)) + ": it does not say which side it is in");
    DifferenceLine parsed{is_older ? DifferenceSide::older : DifferenceSide::newer, "{"};
    parsed.line += line.substr(in_older.size());
    return parsed;
}

Result<std::string> path_of_line(std::string_view line) {
    if (!line.starts_with(path_first))
        return Error(Fault::damaged, "manifest line " + escape_text(line.substr(0, 200)) + ": no path first");
    return path_after(line.substr(path_first.size()), line);
}

Result<std::string> DifferenceStream::head() {
    const auto line = lines_.next();
    if (!line) return line.error();
    if (!*line) return lines_.fault(Fault::damaged, "it has no head");
    return std::string(**line);
}

Result<bool> DifferenceStream::look_ahead() {
    ahead_.reset();
    const auto line = lines_.next();
    if (!line) return line.error();
    if (!*line) return false;
    auto parsed = parse_difference_line(**line);
    if (!parsed) return parsed.error().within(lines_.name());
    auto path = path_of_line(parsed->line);
    if (!path) return path.error().within(lines_.name());
    ahead_ = std::move(*parsed);
    ahead_path_ = std::move(*path);
    return true;
}

Result<std::optional<Difference>> DifferenceStream::next() {
    if (!std::exchange(begun_, true)) {
        const auto first = look_ahead();
        if (!first) return first.error();
    }
    if (!ahead_) return std::optional<Difference>();
    if (ahead_path_ <= last_)
        return lines_.fault(Fault::damaged, "it is out of order at " + escape_text(ahead_path_));
    Difference difference{.path = ahead_path_};
    last_ = ahead_path_;
    for (bool was_newer = false; ahead_ && ahead_path_ == difference.path;) {
        const bool is_newer = ahead_->side == DifferenceSide::newer;
        auto& line = is_newer ? difference.newer : difference.older;
        if (was_newer || !line.empty())
            return lines_.fault(Fault::damaged, "it is out of order at " + escape_text(difference.path));
        line = std::move(ahead_->line);
        was_newer = is_newer;
        const auto more = look_ahead();
        if (!more) return more.error();
    }
    return std::optional(std::move(difference));
}

}  // namespace mirrorseed
