#include "sync/rsync/rsync_output.hpp"

#include "sync/rsync/rsync_listing.hpp"

#include <algorithm>
#include <charconv>

namespace mirrorseed::sync {
namespace {

// "   12,345  10% ..."
RsyncSaid progress_of(std::string_view line) {
    const auto begin = std::min(line.find_first_not_of(' '), line.size());
    Bytes bytes = 0;
    const auto [end, code] = std::from_chars(line.data() + begin, line.data() + line.size(), bytes);
    if (code != std::errc()) return {};
    return {.what = RsyncSaid::What::progress, .bytes = bytes};
}

}  // namespace

std::string rsync_format(std::string_view mark) {
    return "=" + std::string(mark) + " %b %n";
}

Result<RsyncSaid> parse_rsync_output(std::string_view line, std::string_view mark) {
    if (!line.starts_with('=')) return progress_of(line);
    line.remove_prefix(1);
    if (!line.starts_with(mark) || line.substr(mark.size()).find(' ') != 0) return RsyncSaid();
    line.remove_prefix(mark.size() + 1);
    const auto blank = std::min(line.find(' '), line.size());
    RsyncSaid said;
    const auto [end, code] = std::from_chars(line.data(), line.data() + blank, said.bytes);
    auto name = blank < line.size() ? rsync_unescape(line.substr(blank + 1)) : std::string();
    if (!name) return name.error();
    if (code != std::errc() || end != line.data() + blank || name->empty())
        return Error(Fault::failed, "rsync tells of a file in words that it is not known for");
    const bool is_folder = name->ends_with('/');
    said.what = is_folder ? RsyncSaid::What::folder : RsyncSaid::What::file;
    said.name = std::move(*name);
    return said;
}

}  // namespace mirrorseed::sync
