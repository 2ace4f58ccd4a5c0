#include "app/command_line/console.hpp"
#include "app/release/release_urls.hpp"
#include "app/torrent/torrent_commands.hpp"
#include "app/torrent/torrent_file.hpp"
#include "app/torrent/torrent_options.hpp"
#include "app/torrent/whole_file.hpp"
#include "core/clock.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "torrentgen/edit_torrent.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace mirrorseed::app {
namespace {

using torrentgen::EditedTorrent;
using torrentgen::Edits;

Exit refuse(std::string_view text) {
    complain(fmt::format("mirrorseed torrent edit: {}", text));
    return Exit::usage;
}

bool names_an_edit(const Arguments& arguments) {
    constexpr std::array<std::string_view, 9> options{"add-tracker",     "remove-tracker",  "add-web-seed",
                                                      "remove-web-seed", "clear-web-seeds", "set-tracker",
                                                      "clear-trackers",  "comment",         "date"};
    return std::ranges::any_of(options, [&](auto option) { return arguments.has(option); });
}

// Of "now", "none", seconds, or "file": the .torrent's own time, as nothing else is at hand.
Result<std::optional<std::int64_t>> date_of(const std::string& when, const std::string& name) {
    if (when == "none") return std::optional<std::int64_t>();
    if (when == "now") return std::optional<std::int64_t>(system_clock()());
    if (when != "file") return whole_number<std::int64_t>(when);
    struct stat facts {};
    const auto got = name == "-" ? ::fstat(STDIN_FILENO, &facts) : ::stat(name.c_str(), &facts);
    if (got != 0) return Error::last_system_error("cannot look at " + shown_name(name));
    return std::optional<std::int64_t>(facts.st_mtim.tv_sec);
}

Result<Edits> edits_for(const Arguments& arguments, const std::string& name) {
    Edits edits;
    if (arguments.has("set-tracker") || arguments.has("clear-trackers"))
        edits.trackers = tracker_tiers(arguments.values("set-tracker"));
    edits.remove_trackers = arguments.values("remove-tracker");
    edits.add_trackers = tracker_tiers(arguments.values("add-tracker"));
    edits.clear_web_seeds = arguments.has("clear-web-seeds");
    edits.remove_web_seeds = arguments.values("remove-web-seed");
    edits.add_web_seeds = arguments.values("add-web-seed");
    edits.comment = arguments.value("comment");
    if (const auto when = arguments.value("date")) {
        const auto date = date_of(*when, name);
        if (!date) return date.error();
        edits.creation_date = *date;
    }
    return edits;
}

std::string hashes_of(const torrentgen::Torrent& torrent) {
    std::string text;
    if (torrent.info_hash_v1) text = torrent.info_hash_v1->hex();
    if (torrent.info_hash_v2) text += (text.empty() ? "" : " ") + torrent.info_hash_v2->hex();
    return text;
}

Exit edit_one(const Arguments& arguments, const std::string& name) {
    const auto edits = edits_for(arguments, name);
    if (!edits) return give_up(edits.error());
    const auto bytes = read_torrent_bytes(name);
    if (!bytes) return give_up(bytes.error());
    const auto edited = torrentgen::edit_torrent(*bytes, *edits);
    if (!edited) return give_up(edited.error().within(shown_name(name)));
    const bool quiet = arguments.has("quiet");
    for (const auto& note : edited->notes)
        if (!quiet) complain(fmt::format("warning: {}: {}", shown_name(name), note), LogLevel::warning);
    const auto to = arguments.value("output").value_or(name);
    if (to == "-") return print_result(edited->bytes);
    const bool changes = edited->bytes != *bytes;
    const bool dry = arguments.has("dry-run");
    if (!dry && (changes || to != name))
        if (const auto written = write_whole_file(to, as_bytes(edited->bytes), Overwrite::replace); !written)
            return give_up(written.error());
    if (quiet) return Exit::done;
    return print_result(fmt::format("{}: {}, info hash {} as before\n", shown_name(to),
                                    !changes ? "nothing to change"
                                    : dry    ? "would change"
                                             : "changed",
                                    hashes_of(edited->torrent)));
}

}  // namespace

Exit torrent_edit_command(const Arguments& arguments) {
    const auto names = arguments.values("FILE");
    if (!names_an_edit(arguments)) return refuse("nothing to change is named; see --help");
    if (names.size() > 1 && arguments.has("output")) return refuse("--output goes with one FILE");
    auto worst = Exit::done;
    for (const auto& name : names)
        if (edit_one(arguments, name) != Exit::done) worst = Exit::failed;
    return worst;
}

}  // namespace mirrorseed::app
