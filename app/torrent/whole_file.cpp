#include "app/torrent/whole_file.hpp"

#include "core/system/folder.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <random>

namespace mirrorseed::app {
namespace {

namespace fs = std::filesystem;

struct Target {
    Folder folder;
    RelPath name;
    std::optional<FileFacts> there;
};

Error escaped(const Error& error) {
    return {error.code(), escape_text(error.text())};
}

Result<Target> find_target(const std::string& name, Overwrite overwrite) {
    const fs::path path = where_written(name);
    auto target = RelPath::parse_name(path.filename().string());
    if (!target) return target.error().within("the output");
    auto folder = Folder::open(path.parent_path().string());
    if (!folder) return escaped(folder.error());
    Target found{std::move(*folder), std::move(*target), std::nullopt};
    const auto facts = found.folder.facts(found.name);
    if (facts) found.there = *facts;
    if (found.there && overwrite == Overwrite::refuse)
        return Error(Fault::refused, escape_text(name) + " exists already; --force replaces it");
    if (found.there && !found.there->is_file)
        return Error(Fault::refused, escape_text(name) + " is no regular file");
    return found;
}

// Not by the process's number: what a killed one left behind may have it, and in containers all have the
// same.
Result<RelPath> fresh_name() {
    std::random_device random;
    return RelPath::parse_name(fmt::format(".mirrorseed.{:08x}{:08x}.new", random(), random()));
}

Status write_beside(const Target& target, const RelPath& fresh, const Descriptor& file, ByteSpan bytes,
                    Overwrite overwrite) {
    if (target.there && ::fchmod(file.get(), target.there->mode) != 0)
        return Error::last_system_error("cannot set the mode of " + fresh.str());
    auto written = write_all(file, bytes, fresh.str());
    if (written) written = sync_file(file, fresh.str());
    if (!written) return written;
    // Somebody else may have made a file of the name since it was looked for.
    return overwrite == Overwrite::replace ? target.folder.rename(fresh, target.folder, target.name)
                                           : target.folder.rename_new(fresh, target.folder, target.name);
}

}  // namespace

std::string where_written(const std::string& name) {
    std::error_code trouble;
    const auto real = fs::canonical(name, trouble);
    if (!trouble) return real.string();
    const auto absolute = fs::absolute(name, trouble);
    return trouble ? name : absolute.string();
}

Status can_write_file(const std::string& name, Overwrite overwrite) {
    const auto target = find_target(name, overwrite);
    if (!target) return target.error();
    return {};
}

Status write_whole_file(const std::string& name, ByteSpan bytes, Overwrite overwrite) {
    const auto target = find_target(name, overwrite);
    if (!target) return target.error();
    const auto fresh = fresh_name();
    if (!fresh) return fresh.error();
    const auto file = target->folder.create_file(*fresh, 0644);
    if (!file) return escaped(file.error());
    const auto written = write_beside(*target, *fresh, *file, bytes, overwrite);
    if (written) return target->folder.sync();
    (void)target->folder.remove_file(*fresh).has_value();
    return escaped(written.error());
}

}  // namespace mirrorseed::app
