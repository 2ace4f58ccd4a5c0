#include "app/torrent/torrent_check_seeds.hpp"

#include "app/command_line/console.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/release/http_seed_asker.hpp"
#include "app/torrent/torrent_file.hpp"
#include "core/http/shown_url.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "core/whole_number.hpp"
#include "torrentgen/fair_dice.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

using torrentgen::SeedReport;
using torrentgen::Torrent;

std::string_view state_of(const torrentgen::SeedVerdict& verdict) {
    return verdict.is_ok() ? "ok" : "bad";
}

json::object client_json(const torrentgen::ClientVerdict& client) {
    return {{"client", name_of(client.client)},
            {"state", state_of(client.verdict)},
            {"reason", as_utf8(client.verdict.reason)}};
}

json::object seed_json(const SeedReport& report) {
    json::array clients;
    for (const auto& client : report.clients)
        clients.push_back(client_json(client));
    return {{"url", without_credentials(report.url)},   {"state", state_of(report.verdict)},
            {"reason", as_utf8(report.verdict.reason)}, {"code", code_of(report.verdict.trouble)},
            {"checked_bytes", report.checked_bytes},    {"clients", std::move(clients)}};
}

json::array report_json(const std::vector<SeedReport>& reports) {
    json::array list;
    for (const auto& report : reports)
        list.push_back(seed_json(report));
    return list;
}

// The torrent's own and those of the command line, each once.
std::vector<std::string> seeds_of(const Torrent& torrent, const Arguments& arguments) {
    std::vector<std::string> seeds;
    for (const auto& list : {torrent.web_seeds, arguments.values("web-seed")})
        for (const auto& seed : list)
            if (std::ranges::find(seeds, seed) == seeds.end()) seeds.push_back(seed);
    return seeds;
}

torrentgen::SeedCheckOptions check_options(const Arguments& arguments) {
    torrentgen::SeedCheckOptions options;
    if (const auto pieces = arguments.value("pieces"))
        options.budget.pieces = whole_number<unsigned>(*pieces).value_or(options.budget.pieces);
    return options;
}

// A torrent may be a stranger's, and what it names is then no better than a redirect; what the command line
// names is its user's word.
PrivateAddresses private_addresses(const Arguments& arguments, const std::string& seed) {
    if (arguments.has("allow-private")) return PrivateAddresses::allowed;
    const auto& named = arguments.values("web-seed");
    return std::ranges::find(named, seed) == named.end() ? PrivateAddresses::never
                                                         : PrivateAddresses::not_from_outside;
}

Result<HttpClientOptions> client_options(const Arguments& arguments) {
    HttpClientOptions options;
    options.ca_file = arguments.value("ca-file").value_or("");
    if (const auto text = arguments.value("proxy")) {
        auto proxy = HttpUrl::parse(*text);
        if (!proxy) return proxy.error().within("--proxy");
        options.route.manners.proxy = std::move(*proxy);
    }
    return options;
}

Exit wrong_usage(const Error& error) {
    complain(escape_text(error.text()));
    return Exit::usage;
}

Exit check(const Arguments& arguments, const Torrent& torrent, const std::vector<std::string>& seeds) {
    const auto options = client_options(arguments);
    if (!options) return wrong_usage(options.error());
    // Made once here, so that a bad file of certificates is a wrong usage and no verdict on a seed.
    if (const auto tried = HttpClient::make(*options); !tried) return wrong_usage(tried.error());
    const auto at_most = parse_duration(arguments.value("timeout").value_or("60s")).value();
    const auto answer = with_progress(arguments, [&](Progress& progress) {
        progress.start("check seeds", seeds.size());
        const auto make_asker = [&](const std::string& seed) {
            auto own = *options;
            own.private_addresses = private_addresses(arguments, seed);
            auto client = BlockingHttpClient::make(std::move(own)).value();
            return std::make_unique<HttpSeedAsker>(std::move(client), at_most, progress);
        };
        const auto reports =
            check_seeds(torrent, seeds, make_asker, check_options(arguments), torrentgen::fair_dice());
        if (progress.stop_requested()) return JobAnswer::failure(Error(Fault::refused, "stopped"));
        const bool all_good =
            std::ranges::all_of(reports, [](const auto& report) { return report.verdict.is_ok(); });
        return JobAnswer{.exit = all_good ? Exit::done : Exit::needs_person, .report = report_json(reports)};
    });
    return give(arguments, answer);
}

}  // namespace

Exit torrent_check_seeds(const Arguments& arguments) {
    const auto name = arguments.value("FILE").value_or("-");
    const auto read = read_torrent_file(name);
    if (!read) return give_up(read.error());
    const auto seeds = seeds_of(read->torrent, arguments);
    if (seeds.empty())
        return give(arguments, {.report = json::array(), .notes = {shown_name(name) + " has no web seeds"}});
    return check(arguments, read->torrent, seeds);
}

}  // namespace mirrorseed::app
