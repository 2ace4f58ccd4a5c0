#include "app/torrent/torrent_file.hpp"

#include "core/system/folder.hpp"
#include "core/text.hpp"
#include "core/units.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace mirrorseed::app {
namespace {

Result<std::string> read_standard_input() {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::last_system_error("cannot read standard input");
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > torrentgen::most_torrent_bytes)
            return Error(Fault::bad_input,
                         fmt::format("standard input is longer than {}, too large for a torrent",
                                     format_size(torrentgen::most_torrent_bytes)));
    }
}

Result<std::string> read_named_file(const std::string& name) {
    std::error_code ignored;
    const auto status = std::filesystem::status(name, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        return Error(Fault::bad_input,
                     fmt::format("{} is no regular file; \"-\" reads standard input", shown_name(name)));
    const auto size = std::filesystem::file_size(name, ignored);
    if (!ignored && size > torrentgen::most_torrent_bytes)
        return Error(Fault::bad_input, fmt::format("{} is {} large, too large for a torrent",
                                                   shown_name(name), format_size(size)));
    auto bytes = read_file(name, torrentgen::most_torrent_bytes);
    if (!bytes) return Error(bytes.error().code(), escape_text(bytes.error().text()));
    return bytes;
}

}  // namespace

std::string shown_name(const std::string& name) {
    return name == "-" ? "standard input" : escape_text(name);
}

Result<std::string> read_torrent_bytes(const std::string& name) {
    return name == "-" ? read_standard_input() : read_named_file(name);
}

Result<torrentgen::ReadTorrent> read_torrent_file(const std::string& name) {
    const auto bytes = read_torrent_bytes(name);
    if (!bytes) return bytes.error();
    auto read = torrentgen::read_torrent(*bytes);
    if (!read) return read.error().within(shown_name(name));
    return read;
}

}  // namespace mirrorseed::app
