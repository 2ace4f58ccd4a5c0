#include "sync/arch/package_desc.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"

#include <array>
#include <optional>

namespace mirrorseed::sync::arch {
namespace {

// A file has no longer one.
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_signature = 64 << 10;

// Those that matter here.
enum Field : std::size_t { filename, name, size, sum, signature, fields };
constexpr std::array<std::string_view, fields> markers{"%FILENAME%", "%NAME%", "%CSIZE%", "%SHA256SUM%",
                                                       "%PGPSIG%"};
using Values = std::array<std::optional<std::string>, fields>;

Error bad(const std::string& what) {
    return {Fault::bad_input, what};
}

std::string quoted(std::string_view text) {
    return "\"" + escape_text(text.substr(0, 100)) + "\"";
}

std::string_view take_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

bool is_marker(std::string_view line) {
    return line.size() > 2 && line.starts_with('%') && line.ends_with('%');
}

// A signature may be folded over several lines.
Result<Values> read_values(std::string_view text) {
    Values values;
    std::optional<std::string>* into = nullptr;
    for (bool is_within = false; !text.empty();) {
        const auto line = take_line(text);
        if (line.empty()) {
            is_within = false;
            into = nullptr;
        } else if (is_within) {
            if (into != nullptr) into->emplace(into->value_or("").append(line));
        } else if (is_marker(line)) {
            is_within = true;
            for (std::size_t field = 0; field < fields; ++field)
                if (line == markers[field]) into = &values[field];
            if (into != nullptr && *into) return bad("tells " + std::string(line) + " a second time");
            if (into != nullptr) into->emplace();
        } else {
            return bad("has " + quoted(line) + ", which is no field");
        }
    }
    return values;
}

}  // namespace

Result<Package> parse_desc(std::string_view text) {
    const auto values = read_values(text);
    if (!values) return values.error();
    const auto value = [&](Field field) { return (*values)[field].value_or(""); };
    Package package;
    package.name = value(name);
    auto file = RelPath::parse_name(value(filename));
    if (!file) return bad("tells " + quoted(value(filename)) + ", which is no file beside the database");
    package.file = std::move(*file);
    if (package.name.empty() || package.name.size() > longest_name) return bad("names no package");
    const auto bytes = whole_number<Bytes>(value(size));
    if (!bytes) return bad("tells " + quoted(value(size)) + ", which is no size");
    package.size = *bytes;
    if (!(*values)[sum]) return bad("tells no SHA-256");
    const auto digest = Digest::parse_hex(value(sum));
    if (!digest) return bad("tells " + quoted(value(sum)) + ", which is no SHA-256");
    package.digest = *digest;
    if (value(signature).size() > longest_signature) return bad("tells a signature without end");
    const auto signed_by = from_base64(value(signature));
    if (!signed_by) return bad("tells a signature that is none");
    package.signature.assign(signed_by->begin(), signed_by->end());
    return package;
}

}  // namespace mirrorseed::sync::arch
