#include "core/store/manifest_line.hpp"

#include "core/text.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <iterator>

namespace mirrorseed {
namespace {

Error bad_line(std::string_view line, const std::string& why) {
    return {Fault::bad_input, "manifest line " + escape_text(line.substr(0, 200)) + ": " + why};
}

Result<std::string> string_at(const boost::json::object& object, const char* key, std::string_view line) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return bad_line(line, std::string("no \"") + key + "\"");
    return std::string(value->get_string());
}

Result<std::int64_t> number_at(const boost::json::object& object, const char* key, std::string_view line,
                               std::int64_t least, std::int64_t most) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < least || value->get_int64() > most)
        return bad_line(line, std::string("no good \"") + key + "\"");
    return value->get_int64();
}

Result<FileTime> time_from(const boost::json::object& object, std::string_view line) {
    const auto seconds = number_at(object, "mtime", line, -FileTime::furthest, FileTime::furthest);
    if (!seconds) return seconds.error();
    if (!object.contains("mtime_ns")) return FileTime::from_seconds(*seconds);
    const auto nanos = number_at(object, "mtime_ns", line, 0, 999'999'999);
    if (!nanos) return nanos.error();
    return FileTime::from(*seconds, *nanos);
}

Result<EntryKind> kind_from(const std::string& type, std::string_view line) {
    for (const auto kind : {EntryKind::file, EntryKind::folder, EntryKind::link})
        if (type == kind_name(kind)) return kind;
    return bad_line(line, "unknown type");
}

Status fill_file(Entry& entry, const boost::json::object& object, std::string_view line) {
    const auto size = number_at(object, "size", line, 0, std::int64_t{1} << 62);
    if (!size) return size.error();
    entry.size = static_cast<Bytes>(*size);
    if (!object.contains("sha256")) return {};
    const auto hex = string_at(object, "sha256", line);
    const auto digest = hex ? Digest::parse_hex(*hex) : Result<Digest>(hex.error());
    if (!digest) return bad_line(line, "bad \"sha256\"");
    entry.digest = *digest;
    return {};
}

Status fill_link(Entry& entry, const boost::json::object& object, std::string_view line) {
    const auto target = string_at(object, "target", line);
    const auto decoded = target ? percent_decode(*target) : target;
    if (!decoded || decoded->empty() || decoded->find('\0') != std::string::npos)
        return bad_line(line, "bad \"target\"");
    entry.target = *decoded;
    return {};
}

}  // namespace

void append_manifest_line(std::string& out, std::string_view path, const Entry& entry) {
    auto to = std::back_inserter(out);
    fmt::format_to(to, R"({{"path":"{}","type":"{}","size":{},"mtime":{})", percent_encode_path(path),
                   kind_name(entry.kind), entry.size, entry.mtime.seconds());
    if (entry.mtime.subsecond() != 0) fmt::format_to(to, R"(,"mtime_ns":{})", entry.mtime.subsecond());
    fmt::format_to(to, R"(,"mode":{})", entry.mode);
    if (entry.digest) fmt::format_to(to, R"(,"sha256":"{}")", entry.digest->hex());
    if (entry.kind == EntryKind::link)
        fmt::format_to(to, R"(,"target":"{}")", percent_encode_path(entry.target));
    out += "}\n";
}

Result<PathEntry> parse_manifest_line(std::string_view line) {
    boost::json::error_code error;
    const auto value = boost::json::parse(boost::json::string_view(line.data(), line.size()), error);
    if (error || !value.is_object()) return bad_line(line, "no JSON object");
    const auto& object = value.get_object();

    const auto encoded = string_at(object, "path", line);
    const auto decoded = encoded ? percent_decode(*encoded) : encoded;
    if (!decoded) return decoded.error();
    auto path = RelPath::parse(*decoded);
    if (!path) return path.error();
    if (path->is_root()) return bad_line(line, "empty path");

    const auto type = string_at(object, "type", line);
    const auto kind = type ? kind_from(*type, line) : Result<EntryKind>(type.error());
    if (!kind) return kind.error();
    const auto mode = number_at(object, "mode", line, 0, 07777);
    if (!mode) return mode.error();
    const auto mtime = time_from(object, line);
    if (!mtime) return mtime.error();

    Entry entry{.kind = *kind, .mode = static_cast<std::uint32_t>(*mode), .mtime = *mtime};
    auto filled = Status();
    if (*kind == EntryKind::file) filled = fill_file(entry, object, line);
    if (*kind == EntryKind::link) filled = fill_link(entry, object, line);
    if (!filled) return filled.error();
    return PathEntry{std::move(*path), std::move(entry)};
}

}  // namespace mirrorseed
