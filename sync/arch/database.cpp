#include "sync/arch/database.hpp"

#include "core/text.hpp"
#include "sync/unpacking.hpp"

#include <algorithm>

namespace mirrorseed::sync::arch {
namespace {

// The largest of Arch Linux have 15,000 packages and, with the names of all files, 600 MiB.
constexpr TarLimits limits{.most = Bytes{4} << 30, .most_of_one = Bytes{4} << 20, .most_entries = 4'000'000};

bool is_desc(std::string_view name) {
    return name.ends_with("/desc");
}

}  // namespace

Result<std::vector<Package>> read_database(const Descriptor& database, const std::stop_token& stop) {
    std::vector<Package> packages;
    const auto read =
        read_tar(database, limits, is_desc, [&](std::string_view name, std::string_view text) -> Status {
            if (stop.stop_requested()) return Error(Fault::refused, "stopped");
            auto package = parse_desc(text);
            if (!package) return package.error().within(escape_text(name));
            packages.push_back(std::move(*package));
            return {};
        });
    if (!read) return read.error();
    std::sort(packages.begin(), packages.end(),
              [](const Package& one, const Package& other) { return one.file < other.file; });
    const auto twice =
        std::adjacent_find(packages.begin(), packages.end(),
                           [](const Package& one, const Package& other) { return one.file == other.file; });
    if (twice != packages.end())
        return Error(Fault::bad_input, "names " + escape_text(twice->file.str()) + " twice");
    return packages;
}

}  // namespace mirrorseed::sync::arch
