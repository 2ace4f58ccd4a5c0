#include "sync/debian/release_file.hpp"

#include "core/http/http_date.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/debian/control_reader.hpp"
#include "sync/debian/words.hpp"

#include <algorithm>
#include <map>

namespace mirrorseed::sync::debian {
namespace {

enum Field : std::size_t { date, valid_until, architectures, by_hash, apart, sha256, sha512 };
const std::vector<std::string_view> fields = {
    "date",   "valid-until", "architectures", "acquire-by-hash", "no-support-for-architecture-all",
    "sha256", "sha512"};

struct SumLine {
    RelPath path;
    Bytes size = 0;
    std::string sum;
};

Result<SumLine> parse_sum_line(std::string_view line) {
    const auto words = words_of(line);
    if (words.size() != 3) return Error(Fault::bad_input, in_quotes(line) + " is no sum, size and name");
    const auto size = whole_number<Bytes>(words[1]);
    if (!size) return Error(Fault::bad_input, in_quotes(words[1]) + " is no size");
    auto name = words[2];
    if (name.starts_with("./")) name.remove_prefix(2);
    auto path = RelPath::parse(name);
    if (!path) return Error(Fault::bad_input, "it names a path outside: " + path.error().text());
    return SumLine{std::move(*path), *size, std::string(words[0])};
}

// Calls `seen` with each line of a list.
Status each_sum(std::string_view list, const std::function<Status(SumLine)>& seen) {
    while (!list.empty()) {
        const auto line = list.substr(0, list.find('\n'));
        list.remove_prefix(std::min(list.size(), line.size() + 1));
        if (trimmed(line).empty()) continue;
        auto sum = parse_sum_line(line);
        if (!sum) return sum.error();
        const auto go_on = seen(std::move(*sum));
        if (!go_on) return go_on;
    }
    return {};
}

using Files = std::map<RelPath, ReleasedFile>;

Status read_sha256(std::string_view list, Files& files) {
    return each_sum(list, [&](SumLine line) -> Status {
        const auto digest = Digest::parse_hex(line.sum);
        if (!digest) return digest.error();
        const auto [at, is_new] = files.try_emplace(
            line.path, ReleasedFile{.path = line.path, .size = line.size, .digest = *digest});
        if (is_new || (at->second.size == line.size && at->second.digest == *digest)) return {};
        return Error(Fault::bad_input, "it tells two contents of " + in_quotes(line.path.str()));
    });
}

Status read_sha512(std::string_view list, Files& files) {
    return each_sum(list, [&](SumLine line) -> Status {
        HashValue<ChecksumKind::sha512> sum;
        if (!from_hex(line.sum, sum.bytes))
            return Error(Fault::bad_input, in_quotes(line.sum) + " is no SHA-512");
        const auto at = files.find(line.path);
        if (at != files.end()) at->second.sha512 = sum.hex();
        return {};
    });
}

bool is_yes(std::string_view value) {
    return lowered(value) == "yes";
}

Result<std::optional<UnixTime>> date_of(const Stanza& stanza, Field field) {
    const auto text = stanza[field];
    if (text.empty()) return std::optional<UnixTime>();
    const auto time = parse_release_date(text);
    if (!time) return Error(Fault::bad_input, in_quotes(text) + " is no date");
    return time;
}

Result<ReleaseFile> release_of(const Stanza& stanza) {
    ReleaseFile release;
    const auto made = date_of(stanza, date), ends = date_of(stanza, valid_until);
    if (!made) return made.error();
    if (!ends) return ends.error();
    release.date = *made;
    release.valid_until = *ends;
    release.architectures = strings_of(words_of(stanza[architectures]));
    release.by_hash = is_yes(stanza[by_hash]);
    const bool lists_all = std::find(release.architectures.begin(), release.architectures.end(), "all") !=
                           release.architectures.end();
    const auto without = words_of(stanza[apart]);
    release.has_index_for_all = (lists_all || release.architectures.empty()) &&
                                std::find(without.begin(), without.end(), "Packages") == without.end();
    if (stanza[sha256].empty()) return Error(Fault::bad_input, "it tells no SHA-256 sums");
    Files files;
    auto read = read_sha256(stanza[sha256], files);
    if (read) read = read_sha512(stanza[sha512], files);
    if (!read) return read.error();
    for (auto& [path, file] : files)
        release.files.push_back(std::move(file));
    return release;
}

}  // namespace

const ReleasedFile* ReleaseFile::find(const RelPath& path) const {
    const auto at =
        std::lower_bound(files.begin(), files.end(), path,
                         [](const ReleasedFile& file, const RelPath& wanted) { return file.path < wanted; });
    return at != files.end() && at->path == path ? &*at : nullptr;
}

Result<ReleaseFile> parse_release(std::string_view text) {
    std::optional<ReleaseFile> release;
    ControlReader reader(fields, [&](const Stanza& stanza) -> Status {
        if (release) return Error(Fault::bad_input, "it has a second stanza");
        auto one = release_of(stanza);
        if (!one) return one.error();
        release = std::move(*one);
        return {};
    });
    auto read = reader.read(as_bytes(text));
    if (read) read = reader.finish();
    if (!read) return read.error();
    if (!release) return Error(Fault::bad_input, "it is empty");
    return std::move(*release);
}

std::optional<UnixTime> parse_release_date(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() != 6) return std::nullopt;
    const auto zone = words[5];
    if (zone != "UTC" && zone != "GMT" && zone != "Z" && zone != "+0000") return std::nullopt;
    std::string plain(words[0]);
    plain += words[1].size() == 1 ? " 0" : " ";
    for (const auto word : {words[1], words[2], words[3], words[4]})
        plain.append(word).append(" ");
    return parse_http_date(plain + "GMT", 0);
}

RelPath by_hash_path(const ReleasedFile& file) {
    const auto folder = RelPath::parse(file.sha512.empty() ? "by-hash/SHA256" : "by-hash/SHA512").value();
    const auto name = RelPath::parse_name(file.sha512.empty() ? file.digest.hex() : file.sha512).value();
    return file.path.parent() / folder / name;
}

}  // namespace mirrorseed::sync::debian
