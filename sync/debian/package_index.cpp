#include "sync/debian/package_index.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/debian/words.hpp"

namespace mirrorseed::sync::debian {
namespace {

enum PackageField : std::size_t {
    name,
    version,
    section,
    architecture,
    filename,
    size,
    sha256,
    depends,
    pre_depends,
    provides
};
const std::vector<std::string_view> package_fields = {"package",     "version", "section", "architecture",
                                                      "filename",    "size",    "sha256",  "depends",
                                                      "pre-depends", "provides"};

// The longest of Debian 12 has 74 KiB.
constexpr std::size_t most_of_relations = 512 << 10;

enum SourceField : std::size_t { source_name, source_version, source_section, directory, checksums };
const std::vector<std::string_view> source_fields = {"package", "version", "section", "directory",
                                                     "checksums-sha256"};

Error in_stanza(const Stanza& stanza, std::string_view package, const std::string& what) {
    const auto of = package.empty() ? std::string() : ", " + escape_text(package);
    return Error(Fault::bad_input, "line " + std::to_string(stanza.line()) + of + ": " + what);
}

Result<RelPath> archive_path(std::string_view text) {
    if (text.starts_with("./")) text.remove_prefix(2);
    auto path = RelPath::parse(text);
    if (!path || path->is_root())
        return Error(Fault::bad_input, in_quotes(text) + " is a path outside of the archive");
    return path;
}

Result<PoolFile> pool_file(std::string_view path, std::string_view bytes, std::string_view sum) {
    auto where = archive_path(path);
    if (!where) return where.error();
    const auto length = whole_number<Bytes>(bytes);
    if (!length) return Error(Fault::bad_input, in_quotes(bytes) + " is no size");
    const auto digest = Digest::parse_hex(sum);
    if (!digest) return digest.error();
    return PoolFile{.path = std::move(*where), .size = *length, .digest = *digest};
}

Result<Package> package_of(const Stanza& stanza) {
    if (stanza[name].empty()) return Error(Fault::bad_input, "no package is named");
    for (const auto field : {depends, pre_depends, provides})
        if (stanza[field].size() > most_of_relations)
            return Error(Fault::bad_input, std::string(package_fields[field]) + " has no end");
    auto file = pool_file(stanza[filename], stanza[size], stanza[sha256]);
    if (!file) return file.error();
    Package package{.name = std::string(stanza[name]),
                    .version = std::string(stanza[version]),
                    .section = std::string(stanza[section]),
                    .architecture = std::string(stanza[architecture]),
                    .depends = std::string(stanza[depends]),
                    .pre_depends = std::string(stanza[pre_depends]),
                    .provides = std::string(stanza[provides])};
    package.files.push_back(std::move(*file));
    return package;
}

Result<Package> source_of(const Stanza& stanza) {
    if (stanza[source_name].empty()) return Error(Fault::bad_input, "no package is named");
    Package package{.name = std::string(stanza[source_name]),
                    .version = std::string(stanza[source_version]),
                    .section = std::string(stanza[source_section])};
    const auto words = words_of(stanza[checksums]);
    if (words.empty() || words.size() % 3 != 0)
        return Error(Fault::bad_input, "it has no list of SHA-256 sums");
    const bool is_at_the_top = stanza[directory].empty() || stanza[directory] == ".";
    const auto folder = is_at_the_top ? std::string() : std::string(stanza[directory]) + "/";
    for (std::size_t at = 0; at < words.size(); at += 3) {
        auto file = pool_file(folder + std::string(words[at + 2]), words[at + 1], words[at]);
        if (!file) return file.error();
        package.files.push_back(std::move(*file));
    }
    return package;
}

ControlReader reader_of(const std::vector<std::string_view>& fields, Result<Package> (*read)(const Stanza&),
                        SeePackage seen) {
    return ControlReader(fields, [read, seen = std::move(seen)](const Stanza& stanza) -> Status {
        auto package = read(stanza);
        if (!package) return in_stanza(stanza, stanza[0], package.error().text());
        return seen(std::move(*package));
    });
}

}  // namespace

ControlReader packages_reader(SeePackage seen) {
    return reader_of(package_fields, package_of, std::move(seen));
}

ControlReader sources_reader(SeePackage seen) {
    return reader_of(source_fields, source_of, std::move(seen));
}

}  // namespace mirrorseed::sync::debian
