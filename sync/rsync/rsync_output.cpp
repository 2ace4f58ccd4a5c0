#include "sync/rsync/rsync_output.hpp"

#include "sync/rsync/rsync_listing.hpp"

#include <algorithm>
#include <charconv>

namespace mirrorseed::sync {
namespace {

// "rw-r--r--"
constexpr std::size_t rights_of_others = 6;

// And takes it away, with the blank behind it.
std::string_view first_word(std::string_view& line) {
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    return word;
}

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
    return "=" + std::string(mark) + " %b %B %n";
}

Result<RsyncSaid> parse_rsync_output(std::string_view line, std::string_view mark) {
    if (!line.starts_with('=')) return progress_of(line);
    line.remove_prefix(1);
    if (!line.starts_with(mark) || line.substr(mark.size()).find(' ') != 0) return RsyncSaid();
    line.remove_prefix(mark.size() + 1);
    RsyncSaid said;
    const auto count = first_word(line), rights = first_word(line);
    const auto [end, code] = std::from_chars(count.data(), count.data() + count.size(), said.bytes);
    auto name = rsync_unescape(line);
    if (!name) return name.error();
    if (code != std::errc() || end != count.data() + count.size() || rights.size() != rights_of_others + 3 ||
        name->empty())
        return Error(Fault::failed, "rsync tells of a file in words that it is not known for");
    const bool is_folder = name->ends_with('/');
    said.what = is_folder ? RsyncSaid::What::folder : RsyncSaid::What::file;
    said.name = std::move(*name);
    said.is_open = rights[rights_of_others] == 'r';
    return said;
}

}  // namespace mirrorseed::sync
