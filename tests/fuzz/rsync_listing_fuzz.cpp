// Whatever a server lists: a name stays in the tree, only links have targets, and names that are printed as
// rsync prints them read back as themselves.

#include "sync/rsync/rsync_listing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mirrorseed;

std::string printed(std::string_view name) {
    std::string text;
    for (std::size_t at = 0; at < name.size(); ++at) {
        const auto byte = static_cast<unsigned char>(name[at]);
        const bool looks_escaped = byte == '\\' && name.substr(at + 1).starts_with('#');
        if (byte >= 0x20 && byte < 0x7f && !looks_escaped) {
            text += name[at];
            continue;
        }
        text += "\\#";
        for (const int shift : {6, 3, 0})
            text += static_cast<char>('0' + (byte >> shift & 7));
    }
    return text;
}

void check(std::string_view line) {
    const auto read = sync::parse_rsync_line(line);
    if (!read) return;
    const auto& entry = read->entry;
    if (read->path.is_root() && entry.kind != EntryKind::folder) std::abort();
    if (RelPath::parse(read->path.str()).value() != read->path) std::abort();
    if (entry.kind != EntryKind::link && !entry.target.empty()) std::abort();
    if (entry.kind != EntryKind::file && entry.size != 0) std::abort();
    if (entry.mode > 0777) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (sync::rsync_unescape(printed(text)).value() != text) std::abort();
    check("-rw-r--r-- 5 2023/11/14 22:13:20 " + std::string(text));
    check("lrwxrwxrwx 5 2023/11/14 22:13:20 " + std::string(text));

    // Wherever the pieces end, the lines are the same.
    constexpr std::size_t longest = 200;
    sync::LineCutter whole(longest), pieces(longest);
    std::string lines, again;
    const auto note = [](std::string& to) {
        return [&to](std::string_view line) {
            check(line);
            to.append(line).append("\n");
            return Status();
        };
    };
    const bool good = whole.take(text, note(lines)).has_value();
    bool still_good = true;
    for (std::size_t at = 0; at < size && still_good; at += 7)
        still_good = pieces.take(text.substr(at, 7), note(again)).has_value();
    if (good != still_good || lines != again || (good && whole.rest() != pieces.rest())) std::abort();
    return 0;
}
