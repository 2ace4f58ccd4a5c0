#include "sync/staged_part.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t longest_note = 4096;

RelPath note_of(const RelPath& staged) {
    return RelPath::parse_name(staged.str() + ".part").value();
}

Bytes number(std::string_view text) {
    Bytes value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace

std::string boot_id() {
    const auto id = read_file("/proc/sys/kernel/random/boot_id", 128);
    return id ? std::string(trimmed(*id)) : std::string();
}

RelPath staging_name(const PathEntry& item) {
    const auto key = item.path.str() + '\0' + std::to_string(item.entry.size) + '\0' +
                     std::to_string(item.entry.mtime.nanoseconds);
    return RelPath::parse_name(Sha256::of(as_bytes(key)).hex()).value();
}

// A note that cannot be written costs a part of a transfer and nothing else.
void remember_part(const Folder& staging, const RelPath& staged, Bytes synced, Bytes size,
                   std::string_view validator) {
    const auto note = std::to_string(synced) + "\n" + std::to_string(size) + "\n" + boot_id() + "\n" +
                      std::string(validator) + "\n";
    (void)replace_file(staging, note_of(staged), as_bytes(note), 0600).has_value();
}

StagedPart recall_part(const Folder& staging, const RelPath& staged) {
    const auto note = read_file(staging.path() + "/" + note_of(staged).str(), longest_note);
    const auto facts = staging.facts(staged);
    if (!note || !facts || !facts->is_file) return {};
    const auto lines = lines_of(*note);
    if (lines.size() < 4) return {};
    const bool same_boot = !lines[2].empty() && lines[2] == boot_id();
    const auto size = number(same_boot ? lines[1] : lines[0]);
    if (size > facts->size) return {};
    return {.size = size, .validator = std::string(lines[3])};
}

void forget_part(const Folder& staging, const RelPath& staged) {
    (void)staging.remove_file(note_of(staged)).has_value();
}

}  // namespace mirrorseed::sync
