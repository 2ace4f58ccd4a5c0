#include "app/command_line/console.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/torrent/store_hashes.hpp"
#include "app/torrent/torrent_commands.hpp"
#include "app/torrent/torrent_file.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "torrentgen/verifier.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace mirrorseed::app {
namespace {

namespace json = boost::json;
using torrentgen::FileState;
using torrentgen::Verified;
using torrentgen::VerifiedFile;

json::object file_json(const VerifiedFile& file) {
    json::object object{{"path", as_utf8(file.path)}, {"state", torrentgen::name_of(file.state)}};
    json::array damaged;
    for (const auto& range : file.damaged)
        damaged.push_back({{"offset", range.offset}, {"length", range.length}});
    if (!damaged.empty()) object["damaged"] = std::move(damaged);
    if (file.unverified > 0) object["unverified_bytes"] = file.unverified;
    if (!file.reason.empty()) object["reason"] = as_utf8(file.reason);
    return object;
}

json::object report_json(const Verified& verified) {
    json::array files;
    for (const auto& file : verified.files)
        files.push_back(file_json(file));
    return {{"pieces",
             {{"good", verified.good}, {"bad", verified.bad.size()}, {"missing", verified.missing.size()}}},
            {"files", std::move(files)},
            {"bad_pieces", json::array(verified.bad.begin(), verified.bad.end())},
            {"missing_pieces", json::array(verified.missing.begin(), verified.missing.end())}};
}

// "3-5, 9"
std::string ranges_text(const std::vector<std::uint64_t>& numbers) {
    std::string text;
    for (std::size_t i = 0; i < numbers.size();) {
        auto last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1)
            ++last;
        text += fmt::format("{}{}", text.empty() ? "" : ", ", numbers[i]);
        if (last > i) text += fmt::format("-{}", numbers[last]);
        i = last + 1;
    }
    return text;
}

std::string file_text(const VerifiedFile& file) {
    std::string text;
    const bool told = file.state != FileState::good || file.unverified > 0;
    if (!told) return text;
    text = fmt::format("{:<8} {}", torrentgen::name_of(file.state), escape_text(file.path));
    if (!file.reason.empty()) text += ": " + file.reason;
    if (file.unverified > 0)
        text += fmt::format(" ({} bytes share pieces with missing files)", file.unverified);
    text += "\n";
    for (const auto& range : file.damaged)
        text += fmt::format("         damaged: bytes {}-{}\n", range.offset, range.offset + range.length - 1);
    return text;
}

std::string report_text(const Verified& verified) {
    std::string text;
    for (const auto& file : verified.files)
        text += file_text(file);
    if (!verified.bad.empty()) text += "bad pieces: " + ranges_text(verified.bad) + "\n";
    if (!verified.missing.empty()) text += "missing pieces: " + ranges_text(verified.missing) + "\n";
    return text + fmt::format("{} of {} pieces are good\n", verified.good,
                              verified.good + verified.bad.size() + verified.missing.size());
}

Exit give_report(const Arguments& arguments, const Verified& verified) {
    auto printed = Exit::done;
    if (arguments.has("json"))
        printed = print_result(json::serialize(report_json(verified)) + "\n");
    else if (!arguments.has("quiet"))
        printed = print_result(report_text(verified));
    if (printed != Exit::done) return printed;
    return verified.all_good() ? Exit::done : Exit::needs_person;
}

}  // namespace

Exit torrent_verify_command(const Arguments& arguments) {
    const auto read = read_torrent_file(arguments.value("FILE").value_or("-"));
    if (!read) return give_up(read.error());
    const auto lanes = torrentgen::ShaLanes::chosen();
    if (!lanes) return give_up(lanes.error(), Exit::usage);
    const auto config = config_if_any(arguments);
    if (!config) return Exit::usage;
    const auto known = StoreHashes::open(config->config);
    torrentgen::VerifyOptions options;
    if (known) options.known_blocks = known->blocks();
    options.threads = whole_number<unsigned>(arguments.value("threads").value_or("")).value_or(0);
    std::optional<Verified> verified;
    const auto answer = with_progress(arguments, [&](Progress& progress) {
        progress.when_stopped("not everything was read");
        auto made =
            verify_torrent(read->torrent, arguments.value("PATH").value_or("."), options, *lanes, progress);
        if (!made) return JobAnswer::failure(made.error());
        verified = std::move(*made);
        return JobAnswer{};
    });
    if (verified) return give_report(arguments, *verified);
    for (const auto& note : answer.notes)
        complain(note);
    return answer.exit;
}

}  // namespace mirrorseed::app
