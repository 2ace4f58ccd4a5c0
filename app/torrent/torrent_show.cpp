#include "app/command_line/console.hpp"
#include "app/torrent/torrent_commands.hpp"
#include "app/torrent/torrent_file.hpp"
#include "app/torrent/torrent_report.hpp"
#include "torrentgen/magnet.hpp"
#include "torrentgen/warnings.hpp"

namespace mirrorseed::app {
Exit torrent_show_command(const Arguments& arguments) {
    auto read = read_torrent_file(arguments.value("FILE").value_or("-"));
    if (!read) return give_up(read.error());
    auto warnings = std::move(read->oddities);
    for (auto& warning : warnings_for(read->torrent))
        warnings.push_back(std::move(warning));
    return give_torrent(arguments, read->torrent, warnings);
}

Exit torrent_magnet_command(const Arguments& arguments) {
    const auto read = read_torrent_file(arguments.value("FILE").value_or("-"));
    if (!read) return give_up(read.error());
    const torrentgen::MagnetExtras extras{.torrent_urls = arguments.values("torrent-url"),
                                          .peers = arguments.values("peer"),
                                          .selected_files = arguments.value("select").value_or("")};
    return print_result(magnet_link(read->torrent, extras) + "\n");
}

}  // namespace mirrorseed::app
