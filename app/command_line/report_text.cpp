#include "app/command_line/report_text.hpp"

#include "core/clock.hpp"
#include "core/text.hpp"
#include "core/units.hpp"

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <array>
#include <iterator>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

std::string text_at(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* member =
        object == nullptr ? nullptr : object->if_contains(json::string_view(key.data(), key.size()));
    return member != nullptr && member->is_string() ? escape_text(std::string_view(member->get_string()))
                                                    : "";
}

std::uint64_t number_at(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* member =
        object == nullptr ? nullptr : object->if_contains(json::string_view(key.data(), key.size()));
    if (member == nullptr) return 0;
    if (member->is_uint64()) return member->get_uint64();
    return member->is_int64() && member->get_int64() > 0 ? static_cast<std::uint64_t>(member->get_int64())
                                                         : 0;
}

bool flag_at(const json::value& value, const char* key) {
    const auto* object = value.if_object();
    const auto* member = object == nullptr ? nullptr : object->if_contains(key);
    return member != nullptr && member->is_bool() && member->get_bool();
}

const json::value& member(const json::value& value, const char* key) {
    static const json::value nothing;
    const auto* object = value.if_object();
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found == nullptr ? nothing : *found;
}

std::string amount(const json::value& value) {
    const auto files = number_at(value, "files");
    return fmt::format("{} {} ({})", files, files == 1 ? "file" : "files",
                       format_size(number_at(value, "bytes")));
}

void each(const json::value& value, auto&& print) {
    if (const auto* list = value.if_array())
        for (const auto& item : *list)
            print(item);
    else if (value.is_object())
        print(value);
}

std::string sync_text(const json::value& report) {
    std::string out;
    each(report, [&](const json::value& item) {
        const auto generation = number_at(item, "generation");
        fmt::format_to(std::back_inserter(out), "{}: {}{}: {} in all", text_at(item, "tree"),
                       text_at(item, "outcome"),
                       generation == 0 ? std::string() : fmt::format(", generation {}", generation),
                       amount(member(item, "total")));
        for (const auto& [key, verb] :
             {std::pair{"fetch", "fetched"}, {"reuse", "reused"}, {"delete", "deleted"}})
            if (number_at(member(item, key), "files") > 0)
                fmt::format_to(std::back_inserter(out), ", {} {}", verb, amount(member(item, key)));
        out += '\n';
    });
    return out;
}

std::string verify_text(const json::value& report) {
    std::string out = "checked " + amount(member(report, "checked")) + "\n";
    for (const auto* state : {"repaired", "damaged"})
        each(member(report, state), [&](const json::value& item) {
            fmt::format_to(std::back_inserter(out), "{} {}/{} {}\n", state, text_at(item, "tree"),
                           text_at(item, "path"), text_at(item, "sha256"));
        });
    return out;
}

std::string gc_text(const json::value& report) {
    return "freed " + amount(member(report, "freed")) + ", kept " + amount(member(report, "kept")) + "\n";
}

std::string withdraw_text(const json::value& report) {
    std::string out;
    each(member(report, "paths"), [&](const json::value& item) {
        fmt::format_to(std::back_inserter(out), "withdrawn {}/{}\n", text_at(item, "tree"),
                       text_at(item, "path"));
    });
    each(member(report, "contents"), [&](const json::value& digest) {
        out += std::string(digest.as_string()) + " is refused from now on\n";
    });
    return out;
}

std::string forget_text(const json::value& report) {
    auto text =
        fmt::format("{}, generation {}: {}; its releases keep {}\n", text_at(report, "tree"),
                    number_at(report, "generation"), amount(report), amount(member(report, "pinned")));
    if (flag_at(report, "forgotten")) text += "it is forgotten; `mirrorseed gc` frees what only it needed\n";
    return text;
}

std::string recover_text(const json::value& report) {
    std::string out;
    each(member(report, "trees"), [&](const json::value& item) {
        fmt::format_to(std::back_inserter(out), "recovered {}, generation {}: {}\n", text_at(item, "tree"),
                       number_at(item, "generation"), amount(item));
    });
    return out + fmt::format("{} blobs are stored\n", number_at(report, "blobs"));
}

std::string swarm_text(const json::value& counts) {
    return fmt::format("{} seeding, {} downloading, {} downloads done", number_at(counts, "seeders"),
                       number_at(counts, "leechers"), number_at(counts, "completed"));
}

std::string releases_text(const json::value& report) {
    std::string out;
    each(report, [&](const json::value& item) {
        const auto hash = text_at(item, "info_hash_v1");
        fmt::format_to(std::back_inserter(out), "{}/{}{}\n  {}, published {}{}\n  {} {}\n",
                       text_at(item, "tree"), text_at(item, "path"),
                       flag_at(item, "former") ? " (former)" : "", format_size(number_at(item, "size")),
                       format_iso_time(static_cast<UnixTime>(number_at(item, "published"))),
                       flag_at(item, "adopted") ? ", by its upstream's torrent" : "",
                       hash.empty() ? "info hash v2" : "info hash",
                       hash.empty() ? text_at(item, "info_hash_v2") : hash);
        if (const auto& swarm = member(item, "swarm"); swarm.is_object())
            fmt::format_to(std::back_inserter(out), "  {}\n", swarm_text(swarm));
        each(member(item, "web_seeds"), [&](const json::value& seed) {
            fmt::format_to(std::back_inserter(out), "  {:<9} {}\n", text_at(seed, "state"),
                           text_at(seed, "url"));
        });
    });
    return out.empty() ? "nothing is released\n" : out;
}

std::string history_text(const json::value& report) {
    auto out = fmt::format("{:>10}  {:<20}  {:>9}  {:>10}  {:>8}  {:>8}  {:>8}\n", "generation", "published",
                           "entries", "size", "added", "changed", "removed");
    each(report, [&](const json::value& item) {
        const auto restores = number_at(item, "restores");
        fmt::format_to(std::back_inserter(out), "{:>10}  {:<20}  {:>9}  {:>10}  {:>8}  {:>8}  {:>8}{}{}{}\n",
                       number_at(item, "generation"),
                       format_iso_time(static_cast<UnixTime>(number_at(item, "published"))),
                       number_at(item, "entries"), format_size(number_at(item, "bytes")),
                       number_at(item, "added"), number_at(item, "changed"), number_at(item, "removed"),
                       flag_at(item, "current") ? "  current" : "",
                       restores == 0 ? "" : fmt::format("  {} again", restores),
                       flag_at(item, "kept") ? "" : "  history only");
    });
    return out;
}

std::string diff_text(const json::value& report) {
    std::string out;
    for (const auto& [key, mark] : {std::pair{"added", '+'}, {"changed", '~'}, {"removed", '-'}})
        each(member(report, key), [&, sign = mark](const json::value& path) {
            if (path.is_string())
                fmt::format_to(std::back_inserter(out), "{}{}\n", sign,
                               escape_text(std::string_view(path.get_string())));
        });
    return out;
}

std::string estimate_text(const json::value& report) {
    std::string out;
    each(report, [&](const json::value& item) {
        const auto error = text_at(item, "error");
        fmt::format_to(std::back_inserter(out), "{}: {}\n", text_at(item, "tree"),
                       error.empty() ? amount(item) : "unknown");
        each(member(item, "selection"), [&](const json::value& part) {
            fmt::format_to(std::back_inserter(out), "    {}: {}\n", escape_text(text_at(part, "part")),
                           amount(part));
        });
    });
    return out;
}

std::string step_text(const json::value& step) {
    const auto tries = number_at(step, "tries");
    const auto error = text_at(step, "error");
    return fmt::format("    {} of generation {}: {}{}{}{}\n", text_at(step, "step"),
                       number_at(step, "generation"), flag_at(step, "given_up") ? "given up" : "unfinished",
                       tries == 0 ? std::string() : fmt::format(" after {} tries", tries),
                       error.empty() ? "" : ": ", error);
}

// It is served until somebody forgets it.
bool is_foreign(const json::value& tree) {
    const auto& told = member(tree, "in_config");
    return told.is_bool() && !told.get_bool();
}

std::string last_read(const json::value& tree) {
    const auto when = number_at(tree, "last_success");
    return when == 0 ? "" : ", last read " + format_iso_time(static_cast<UnixTime>(when));
}

std::string progress_text(const json::value& progress) {
    const auto files = number_at(progress, "files_total");
    const auto bytes = number_at(progress, "bytes_total");
    return text_at(progress, "phase") +
           (files == 0 ? "" : fmt::format(", {} of {} files", number_at(progress, "files_done"), files)) +
           (bytes == 0 ? ""
                       : fmt::format(", {} of {}", format_size(number_at(progress, "bytes_done")),
                                     format_size(bytes)));
}

std::string status_text(const json::value& report) {
    std::string out;
    each(member(report, "trees"), [&](const json::value& item) {
        const auto& run = member(item, "last_run");
        const auto published = number_at(item, "published");
        fmt::format_to(
            std::back_inserter(out), "{}: {}{}, generation {}{}: {}\n", text_at(item, "name"),
            text_at(item, "state"), is_foreign(item) ? ", not in the config" : "",
            number_at(item, "generation"),
            published == 0 ? std::string() : " of " + format_iso_time(static_cast<UnixTime>(published)),
            amount(item));
        fmt::format_to(std::back_inserter(out), "    from {}{}\n", text_at(item, "upstream"),
                       last_read(item));
        if (const auto& progress = member(item, "progress"); progress.is_object())
            fmt::format_to(std::back_inserter(out), "    {}\n", progress_text(progress));
        if (const auto candidate = text_at(item, "candidate"); !candidate.empty())
            fmt::format_to(std::back_inserter(out), "    {} is held back: {}\n", candidate,
                           text_at(item, "held_reason"));
        if (member(item, "expired").is_bool() && member(item, "expired").get_bool())
            fmt::format_to(std::back_inserter(out), "    its Valid-Until passed at {}\n",
                           format_iso_time(static_cast<UnixTime>(number_at(item, "valid_until"))));
        if (const auto doubted = number_at(item, "warnings"); doubted > 0)
            fmt::format_to(std::back_inserter(out), "    {} {} not what a list beside {} says\n", doubted,
                           doubted == 1 ? "file is" : "files are", doubted == 1 ? "it" : "them");
        if (const auto lag = number_at(item, "lag_seconds"); lag > 0)
            fmt::format_to(std::back_inserter(out), "    behind for {}\n",
                           format_duration(std::chrono::seconds(static_cast<std::int64_t>(lag))));
        each(member(item, "unfinished"), [&](const json::value& step) { out += step_text(step); });
        if (run.is_object())
            fmt::format_to(std::back_inserter(out), "    last run {}: {}{}{}\n",
                           format_iso_time(static_cast<UnixTime>(number_at(run, "started"))),
                           text_at(run, "outcome").empty() ? "unfinished" : text_at(run, "outcome"),
                           text_at(run, "error").empty() ? "" : ": ", text_at(run, "error"));
        if (const auto next = number_at(item, "next_run"); next > 0)
            fmt::format_to(std::back_inserter(out), "    next run {}\n",
                           format_iso_time(static_cast<UnixTime>(next)));
        each(member(item, "undescribed"), [&](const json::value& left) {
            fmt::format_to(std::back_inserter(out), "    {} has no torrent: {}\n", text_at(left, "path"),
                           text_at(left, "reason"));
        });
    });
    const auto& running = member(report, "running");
    if (running.is_object() && text_at(running, "tree").empty())
        fmt::format_to(std::back_inserter(out), "{} runs: {}\n", text_at(running, "job"),
                       progress_text(running));
    if (const auto& tracker = member(report, "tracker"); tracker.is_object())
        fmt::format_to(std::back_inserter(out), "tracker: {}, {} announces\n", swarm_text(tracker),
                       number_at(tracker, "announces"));
    const auto& store = member(report, "store");
    return out + fmt::format("{} blobs, {}; {} free\n", number_at(store, "blobs"),
                             format_size(number_at(store, "blob_bytes")),
                             format_size(number_at(store, "path_free_bytes")));
}

std::string check_seeds_text(const json::value& report) {
    std::string out;
    each(report, [&](const json::value& item) {
        const auto reason = text_at(item, "reason");
        fmt::format_to(std::back_inserter(out), "{:<3} {}, {} checked{}{}\n", text_at(item, "state"),
                       text_at(item, "url"), format_size(number_at(item, "checked_bytes")),
                       reason.empty() ? "" : ": ", reason);
    });
    return out;
}

struct TextEntry {
    std::string_view command;
    std::string (*text)(const json::value&);
};
constexpr std::array texts{
    TextEntry{"sync", sync_text},
    TextEntry{"adopt", sync_text},
    TextEntry{"rollback", sync_text},
    TextEntry{"approve", sync_text},
    TextEntry{"verify", verify_text},
    TextEntry{"gc", gc_text},
    TextEntry{"withdraw", withdraw_text},
    TextEntry{"forget", forget_text},
    TextEntry{"releases", releases_text},
    TextEntry{"recover", recover_text},
    TextEntry{"history", history_text},
    TextEntry{"diff", diff_text},
    TextEntry{"estimate", estimate_text},
    TextEntry{"status", status_text},
    TextEntry{"torrent check-seeds", check_seeds_text},
};

}  // namespace

std::string report_text(std::string_view command, const json::value& report) {
    if (report.is_null()) return {};
    for (const auto& entry : texts)
        if (entry.command == command) return entry.text(report);
    return {};
}

}  // namespace mirrorseed::app
