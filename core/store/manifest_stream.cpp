#include "core/store/manifest_stream.hpp"

#include "core/store/manifest_line.hpp"
#include "core/text.hpp"

#include <utility>

namespace mirrorseed {

ManifestStream::ManifestStream(ByteSource source, std::string name, const ManifestLimits& limits,
                               std::optional<Digest> expected)
    : lines_(std::move(source), std::move(name), limits, expected) {}

Result<std::optional<PathEntry>> ManifestStream::next() {
    const auto line = lines_.next();
    if (!line) return line.error();
    if (!*line) return std::optional<PathEntry>();
    auto entry = parse_manifest_line(**line);
    if (!entry) return entry.error().within(lines_.name());
    if (entry->path <= last_)
        return Error(Fault::damaged, "the manifest is out of order at " + escape_text(entry->path.str()));
    last_ = entry->path;
    return std::optional(std::move(*entry));
}

}  // namespace mirrorseed
