#include "core/store/manifest_parts.hpp"

#include "core/store/lines_file.hpp"
#include "core/store/manifest_line.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <string_view>
#include <tuple>

namespace mirrorseed {
namespace {

constexpr std::string_view damaged_suffix = ".damaged";

const char* part_suffix(ManifestPart part) {
    return part == ManifestPart::open ? ".zst" : ".private.zst";
}

// Nothing where the text does not begin with a number.
std::optional<Generation> take_number(std::string_view& text) {
    Generation number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return number;
}

void sort_in(ManifestFiles& files, const std::string& name) {
    auto rest = std::string_view(name);
    const auto number = take_number(rest);
    if (!number) return;
    if (rest.ends_with(damaged_suffix)) files.has_damaged = true;
    if (rest.ends_with(LinesFile::unfinished)) files.unfinished.push_back(name);
    if (rest == ".json") files.heads.push_back(*number);
    if (rest == ".zst") files.full.push_back(*number);
    if (!rest.starts_with('-')) return;
    rest.remove_prefix(1);
    const auto newer = take_number(rest);
    if (newer && rest == ".zst" && *number < *newer) files.pairs.push_back({*number, *newer});
}

Result<LineStream> open_lines(const Folder& manifests, const RelPath& name) {
    auto file = manifests.open_file(name);
    if (!file) return file.error();
    const auto shown = manifests.path() + "/" + name.str();
    return LineStream(bytes_of(std::move(*file), shown), shown);
}

Result<std::unique_ptr<ManifestLines>> open_full(const Folder& manifests, Generation generation,
                                                 ManifestPart part) {
    if (generation == 0) return no_lines();
    auto lines = open_lines(manifests, full_name(generation, part));
    const bool may_miss = part == ManifestPart::closed;
    if (!lines && may_miss && lines.error().is(boost::system::errc::no_such_file_or_directory))
        return no_lines();
    if (!lines) return lines.error();
    return full_lines(std::move(*lines));
}

struct OpenDifference {
    std::string head;
    DifferenceStream stream;
};

Result<OpenDifference> open_difference(const Folder& manifests, const ManifestPair& pair, ManifestPart part) {
    auto lines = open_lines(manifests, pair_name(pair, part));
    if (!lines) return lines.error();
    DifferenceStream stream(std::move(*lines));
    auto head = stream.head();
    if (!head) return head.error();
    return OpenDifference{std::move(*head), std::move(stream)};
}

Result<std::optional<PathEntry>> entry_of(const std::string& line, ManifestPart part) {
    if (line.empty()) return std::optional<PathEntry>();
    auto entry = parse_manifest_line(line);
    if (!entry) return entry.error();
    entry->entry.hidden = part == ManifestPart::closed;
    return std::optional(std::move(*entry));
}

Result<std::unique_ptr<ManifestLines>> patch(std::unique_ptr<ManifestLines> from, const Folder& manifests,
                                             const ManifestPair& pair, DifferenceSide to, ManifestPart part) {
    const auto head = read_difference_head(manifests, pair);
    if (!head) return head.error();
    const bool is_open = part == ManifestPart::open;
    if (!is_open && !head->has_private) return from;
    auto difference = open_difference(manifests, pair, part);
    if (!difference) return difference.error();
    auto expected = head->digest(to);
    if (!is_open) {
        const auto of_private = PrivateDifferenceHead::parse(difference->head);
        if (!of_private) return of_private.error().within(difference->stream.lines().name());
        expected = of_private->digest(to);
    }
    return patched_lines(std::move(from), std::move(difference->stream), to, expected);
}

// `seen` answers whether it wants more.
Status each_line(const Folder& manifests, const ManifestPair& pair, ManifestPart part,
                 const std::function<Result<bool>(Difference&)>& seen) {
    auto difference = open_difference(manifests, pair, part);
    if (!difference) return difference.error();
    for (;;) {
        auto next = difference->stream.next();
        if (!next) return next.error();
        if (!*next) return {};
        const auto goes_on = seen(**next);
        if (!goes_on) return goes_on.error();
        if (!*goes_on) return {};
    }
}

}  // namespace

Result<ManifestFiles> manifest_files(const Folder& manifests) {
    const auto items = manifests.items();
    if (!items) return items.error();
    ManifestFiles files;
    for (const auto& item : *items)
        sort_in(files, item.name);
    std::sort(files.full.begin(), files.full.end(), std::greater());
    std::sort(files.heads.begin(), files.heads.end(), std::greater());
    std::sort(files.pairs.begin(), files.pairs.end(), [](const auto& a, const auto& b) {
        return std::tie(a.newer, a.older) > std::tie(b.newer, b.older);
    });
    return files;
}

RelPath manifest_name(Generation generation, const char* suffix) {
    return RelPath::parse_name(std::to_string(generation) + suffix).value();
}

RelPath full_name(Generation generation, ManifestPart part) {
    return manifest_name(generation, part_suffix(part));
}

RelPath pair_name(const ManifestPair& pair, ManifestPart part) {
    const auto name = std::to_string(pair.older) + "-" + std::to_string(pair.newer) + part_suffix(part);
    return RelPath::parse_name(name).value();
}

Result<std::unique_ptr<ManifestLines>> open_part(const Folder& manifests, const ManifestWay& way,
                                                 ManifestPart part) {
    auto lines = open_full(manifests, way.full, part);
    for (const auto& pair : way.pairs) {
        if (!lines) break;
        lines = patch(std::move(*lines), manifests, pair, way.to(), part);
    }
    return lines;
}

Status each_difference(const Folder& manifests, const ManifestPair& pair, ManifestPart part,
                       const SeenDifference& seen) {
    const auto head = read_difference_head(manifests, pair);
    if (!head) return head.error();
    if (part == ManifestPart::closed && !head->has_private) return {};
    return each_line(manifests, pair, part, [&](const Difference& difference) -> Result<bool> {
        const auto older = entry_of(difference.older, part);
        if (!older) return older.error();
        const auto newer = entry_of(difference.newer, part);
        if (!newer) return newer.error();
        seen(*older, *newer);
        return true;
    });
}

Status each_differing_line(const Folder& manifests, const ManifestPair& pair, const SeenLines& seen) {
    const auto head = read_difference_head(manifests, pair);
    if (!head) return head.error();
    return each_line(manifests, pair, ManifestPart::open,
                     [&](Difference& difference) -> Result<bool> { return seen(std::move(difference)); });
}

Result<DifferenceHead> read_difference_head(const Folder& manifests, const ManifestPair& pair) {
    const auto difference = open_difference(manifests, pair, ManifestPart::open);
    if (!difference) return difference.error();
    const auto& lines = difference->stream.lines();
    auto head = DifferenceHead::parse(difference->head);
    if (!head) return head.error().within(lines.name());
    const bool as_named = head->newer.generation.number == pair.newer &&
                          (head->older ? head->older->generation.number : 0) == pair.older;
    if (!as_named) return lines.fault(Fault::damaged, "it is of other generations");
    return head;
}

}  // namespace mirrorseed
