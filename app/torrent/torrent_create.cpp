#include "app/command_line/console.hpp"
#include "app/config/config_values.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/release/release_urls.hpp"
#include "app/torrent/store_hashes.hpp"
#include "app/torrent/torrent_commands.hpp"
#include "app/torrent/torrent_options.hpp"
#include "app/torrent/torrent_report.hpp"
#include "app/torrent/whole_file.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "torrentgen/maker.hpp"
#include "torrentgen/warnings.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <filesystem>
#include <set>

namespace mirrorseed::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;
using torrentgen::Format;
using torrentgen::MakeOptions;
using torrentgen::Torrent;

struct Plan {
    MakeOptions options{};
    Torrent said{};
    std::optional<std::string> output{};
    Overwrite overwrite = Overwrite::refuse;
};

std::vector<Glob> globs(const std::vector<std::string>& patterns) {
    std::vector<Glob> all;
    all.reserve(patterns.size());
    for (const auto& pattern : patterns)
        all.push_back(Glob::parse(pattern).value());  // checked with the command line
    return all;
}

Format format_of(const Arguments& arguments) {
    const auto said = arguments.value("format").value_or("v1");
    return said == "v2" ? Format::v2 : said == "hybrid" ? Format::hybrid : Format::v1;
}

torrentgen::Node node_of(const std::string& text) {
    const auto colon = text.rfind(':');
    torrentgen::Node node{.host = text.substr(0, colon)};
    if (node.host.starts_with('[') && node.host.ends_with(']'))
        node.host = node.host.substr(1, node.host.size() - 2);
    node.port = whole_number<std::uint16_t>(std::string_view(text).substr(colon + 1)).value_or(0);
    return node;
}

// BEP 38 speaks of 20 bytes; a v2 hash is cut to them, as everywhere where v1 has no room for more.
std::string similar_of(const std::string& hex) {
    std::array<std::uint8_t, 20> bytes{};
    (void)from_hex(std::string_view(hex).substr(0, 40), bytes);
    return {bytes.begin(), bytes.end()};
}

Torrent what_is_said(const Arguments& arguments) {
    Torrent said;
    said.trackers = tracker_tiers(arguments.values("tracker"));
    said.web_seeds = arguments.values("web-seed");
    for (const auto& node : arguments.values("node"))
        said.nodes.push_back(node_of(node));
    for (const auto& hash : arguments.values("similar"))
        said.similar.push_back(similar_of(hash));
    said.collections = arguments.values("collection");
    said.is_private = arguments.has("private");
    said.source = arguments.value("source").value_or("");
    said.comment = arguments.value("comment").value_or("");
    said.created_by = "mirrorseed " MIRRORSEED_VERSION;
    return said;
}

Result<Plan> plan_for(const Arguments& arguments) {
    Plan plan{.said = what_is_said(arguments)};
    plan.options.format = format_of(arguments);
    const auto length = parse_piece_length(arguments.value("piece-length").value_or("auto")).value();
    if (!length.automatic()) plan.options.piece_length = length.bytes;
    if (const auto name = arguments.value("name")) {
        const auto good = RelPath::parse_name(*name);
        if (!good) return good.error().within("--name");
        plan.options.name = *name;
    }
    plan.options.scan.selection =
        Selection(globs(arguments.values("include")), globs(arguments.values("exclude")));
    plan.options.threads = whole_number<unsigned>(arguments.value("threads").value_or("")).value_or(0);
    const auto date =
        wanted_date(arguments.value("date"), std::getenv("SOURCE_DATE_EPOCH"), system_clock()());
    if (!date) return date.error();
    plan.options.date_of_newest_file = date->kind == WantedDate::Kind::of_files;
    if (date->kind == WantedDate::Kind::given) plan.said.creation_date = date->time;
    plan.output = arguments.value("output");
    if (arguments.has("force")) plan.overwrite = Overwrite::replace;
    if (plan.output == "-" && arguments.has("json"))
        return Error(Fault::bad_input, "--output - and --json both want standard output");
    return plan;
}

std::string output_of(const Plan& plan, const std::string& path, bool one_of_several) {
    const auto name = plan.options.name.value_or(torrentgen::name_of_place(path)) + ".torrent";
    if (!plan.output) return name;
    std::error_code none;
    return one_of_several || fs::is_directory(*plan.output, none) ? (fs::path(*plan.output) / name).string()
                                                                  : *plan.output;
}

// One for each path, and none twice.
Result<std::vector<std::string>> outputs_of(const Plan& plan, const std::vector<std::string>& paths) {
    std::vector<std::string> outputs;
    std::set<std::string> taken;
    for (const auto& path : paths) {
        auto output = output_of(plan, path, paths.size() > 1);
        if (!taken.insert(output).second)
            return Error(Fault::bad_input,
                         "two of the PATHs would both be written to " + escape_text(output));
        outputs.push_back(std::move(output));
    }
    return outputs;
}

struct Outcome {
    Torrent torrent{};
    std::vector<torrentgen::Warning> warnings{};
    std::string output{};
    std::string bytes{};
};

Result<Outcome> make_one(Plan plan, const std::string& path, const std::string& output,
                         const torrentgen::ShaLanes& lanes, Progress& progress) {
    if (output != "-") {
        const auto writable = can_write_file(output, plan.overwrite);
        if (!writable) return writable.error();
        plan.options.scan.leave_out = where_written(output);
    }
    auto made = make_torrent(path, plan.said, plan.options, lanes, progress);
    if (!made) return made.error();
    auto warnings = torrentgen::warnings_for(made->torrent);
    if (output != "-") {
        const auto written = write_whole_file(output, as_bytes(made->bytes), plan.overwrite);
        if (!written) return written.error();
    }
    return Outcome{std::move(made->torrent), std::move(warnings), output, std::move(made->bytes)};
}

Exit refuse(const Error& error) {
    complain("mirrorseed torrent create: " + error.text());
    return Exit::usage;
}

Exit give_one(const Arguments& arguments, const Outcome& outcome) {
    if (outcome.output == "-") {
        tell_warnings(arguments, outcome.warnings);
        return print_result(outcome.bytes);
    }
    if (!arguments.has("json") && !arguments.has("quiet")) {
        const auto printed = print_result(escape_text(outcome.output) + ": ");
        if (printed != Exit::done) return printed;
    }
    return give_torrent(arguments, outcome.torrent, outcome.warnings, FileList::left_out);
}

Exit give_several(const Arguments& arguments, const std::vector<Outcome>& outcomes) {
    if (!arguments.has("json")) {
        for (const auto& outcome : outcomes)
            if (const auto printed = give_one(arguments, outcome); printed != Exit::done) return printed;
        return Exit::done;
    }
    json::array all;
    for (const auto& outcome : outcomes) {
        all.push_back(torrent_json(outcome.torrent, outcome.warnings));
        tell_warnings(arguments, outcome.warnings);
    }
    return print_result(json::serialize(all) + "\n");
}

}  // namespace

Exit torrent_create_command(const Arguments& arguments) {
    auto plan = plan_for(arguments);
    if (!plan) return refuse(plan.error());
    const auto lanes = torrentgen::ShaLanes::chosen();
    if (!lanes) return refuse(lanes.error());
    const auto config = config_if_any(arguments);
    if (!config) return Exit::usage;
    const auto known = StoreHashes::open(config->config);
    plan->options.known = known.get();
    const auto paths = arguments.values("PATH");
    std::error_code none;
    if (paths.size() > 1 && plan->output && !fs::is_directory(*plan->output, none))
        return refuse(Error(Fault::bad_input, "with several PATHs --output must be a folder"));
    const auto outputs = outputs_of(*plan, paths);
    if (!outputs) return refuse(outputs.error());
    std::vector<Outcome> outcomes;
    const auto answer = with_progress(arguments, [&](Progress& progress) {
        for (std::size_t i = 0; i < paths.size(); ++i) {
            progress.when_stopped("no torrent of " + escape_text(paths[i]) + " was written");
            auto outcome = make_one(*plan, paths[i], (*outputs)[i], *lanes, progress);
            if (!outcome) return JobAnswer::failure(outcome.error());
            outcomes.push_back(std::move(*outcome));
        }
        return JobAnswer{};
    });
    const auto printed = paths.size() > 1   ? give_several(arguments, outcomes)
                         : outcomes.empty() ? Exit::done
                                            : give_one(arguments, outcomes.front());
    for (const auto& note : answer.notes)
        complain(note);
    return answer.exit == Exit::done ? printed : answer.exit;
}

}  // namespace mirrorseed::app
