#include "app/commands.hpp"

#include "app/command_line/command_line_text.hpp"
#include "app/command_line/console.hpp"
#include "app/command_line/report_json.hpp"
#include "app/config/config_checks.hpp"
#include "app/config/config_text.hpp"
#include "app/forget_command.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/keeper/job.hpp"
#include "app/keeper/keeper.hpp"
#include "app/keeper/recovery.hpp"
#include "app/keeper/status.hpp"
#include "app/keeper/swarm_numbers.hpp"
#include "app/one_off_command.hpp"
#include "app/planning_commands.hpp"
#include "app/push_command.hpp"
#include "app/release/releases_report.hpp"
#include "app/serve/serve.hpp"
#include "app/torrent/torrent_check_seeds.hpp"
#include "app/torrent/torrent_commands.hpp"
#include "app/wiring/wiring.hpp"
#include "core/signing.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

namespace errc = boost::system::errc;

Exit fail(const Error& error, Exit exit = Exit::failed) {
    complain(escape_text(JobAnswer::failure(error).notes.front()));
    return exit;
}

// For commands that report from the catalogue: what it throws is told, with what to do.
Exit reporting(const Arguments& arguments, const std::function<Result<json::value>(const Config&)>& report) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    const auto known = check_trees(loaded->config, arguments);
    if (!known) return fail(known.error(), Exit::usage);
    try {
        auto made = report(loaded->config);
        if (!made) return fail(made.error());
        return give(arguments, {.report = std::move(*made)});
    } catch (const Failure& failure) {
        return fail(failure.error());
    }
}

Error nothing_published(const std::string& tree) {
    return {Fault::not_found,
            "nothing of " + tree + " is published yet; `mirrorseed sync " + tree + "` fetches it"};
}

// A keeper runs in another folder than the one who asks it.
Arguments with_absolute_paths(Arguments arguments) {
    if (const auto folder = arguments.value("DIR"))
        arguments.given["DIR"] = {std::filesystem::absolute(*folder).lexically_normal().string()};
    return arguments;
}

Exit job_command(const Arguments& arguments) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    return give(arguments, do_job(loaded->config, with_absolute_paths(arguments)));
}

Exit sync_command(const Arguments& arguments) {
    if (arguments.has("from")) return one_off_command(arguments);
    return arguments.has("dry-run") ? dry_run_command(arguments) : job_command(arguments);
}

Exit status_command(const Arguments& arguments) {
    return reporting(arguments, [](const Config& config) -> Result<json::value> {
        auto catalogue = catalogue_of(config);
        const auto live = ask_live_state(places_of(config).store);
        const auto server = live && live->server ? *live->server : ServerCounts();
        return status_json(config, catalogue ? &*catalogue : nullptr, live, server, system_clock()());
    });
}

Exit history_command(const Arguments& arguments) {
    const auto name = arguments.value("TREE").value_or("");
    return reporting(arguments, [&](const Config& config) -> Result<json::value> {
        auto catalogue = catalogue_of(config);
        const auto tree = catalogue ? catalogue->trees().find(name) : std::nullopt;
        if (!tree || tree->generation == 0) return nothing_published(name);
        return history_json(*tree, catalogue->trees().generations(tree->id));
    });
}

Generation generation_of(const Arguments& arguments, std::string_view what) {
    return whole_number<Generation>(arguments.value(what).value_or("")).value_or(0);
}

Exit diff_command(const Arguments& arguments) {
    const auto name = arguments.value("TREE").value_or("");
    const auto a = generation_of(arguments, "A"), b = generation_of(arguments, "B");
    return reporting(arguments, [&](const Config& config) -> Result<json::value> {
        auto catalogue = catalogue_of(config);
        const auto tree = catalogue ? catalogue->trees().find(name) : std::nullopt;
        if (!tree || tree->generation == 0) return nothing_published(name);
        for (const auto number : {a, b})
            if (!catalogue->trees().generation(tree->id, number))
                return Error(Fault::not_found,
                             fmt::format("the tree {} has no generation {}; `mirrorseed history {}` "
                                         "lists them",
                                         name, number, name));
        auto changes = catalogue->entries().touched(tree->id, std::min(a, b), std::max(a, b));
        if (a > b)
            for (auto& change : changes)
                std::swap(change.before, change.after);
        return diff_json(changes);
    });
}

Exit releases_command(const Arguments& arguments) {
    return reporting(arguments, [&](const Config& config) {
        auto swarms = ask_swarms(places_of(config).store);
        return told_releases(config, arguments.values("TREE"),
                             swarms ? swarm_of(std::move(*swarms)) : httpd::SwarmOf());
    });
}

Exit recover_command(const Arguments& arguments) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    const auto answer = with_progress(arguments, [&](Progress& progress) {
        const auto result = recover_store(places_of(loaded->config), system_clock(), progress);
        if (!result) return JobAnswer::failure(result.error());
        JobAnswer made{.report = to_json(*result), .notes = result->troubles};
        made.notes.insert(made.notes.end(), result->mended.begin(), result->mended.end());
        if (!result->troubles.empty()) made.exit = Exit::needs_person;
        return made;
    });
    return give(arguments, answer);
}

Exit check_config_command(const Arguments& arguments) {
    const auto file = config_file(arguments);
    if (!file) return fail(file.error(), Exit::usage);
    auto loaded = load_config(*file);
    if (!loaded) return fail(loaded.error(), Exit::usage);
    check_paths(*loaded);
    JobAnswer answer{.exit = loaded->good() ? Exit::done : Exit::usage};
    const auto told = [&](const std::vector<ConfigFault>& list) {
        json::array array;
        for (const auto& item : list) {
            array.push_back({{"file", as_utf8(item.file)},
                             {"line", item.line},
                             {"column", item.column},
                             {"text", item.text}});
            answer.notes.push_back(format_fault(item));
        }
        return array;
    };
    const auto faults = told(loaded->faults), not_built = told(loaded->not_built);
    answer.report = {{"ok", loaded->good()}, {"faults", faults}, {"not_built", not_built}};
    if (!loaded->good() || arguments.has("json") || arguments.has("quiet")) return give(arguments, answer);
    for (const auto& note : answer.notes)
        complain(escape_text(note));
    return print_result(
        fmt::format("{}: {} trees, no fault\n", escape_text(*file), loaded->config.trees.size()));
}

Exit init_command(const Arguments& arguments) {
    const auto folder =
        std::filesystem::absolute(arguments.value("DIR").value_or(".")).lexically_normal().string();
    const auto config = folder + (folder.ends_with('/') ? "" : "/") + "mirrorseed.toml";
    if (std::filesystem::exists(config)) return fail(Error(Fault::refused, config + " exists already"));
    try {
        StorePlaces places{.store = folder, .catalogue = {}};
        while (places.store.size() > 1 && places.store.ends_with('/'))
            places.store.pop_back();
        const auto store = Store::open(places, "mirrorseed init");
        if (!store) return fail(store.error());
        const auto text = starter_config(places.store);
        const auto written =
            replace_file(store->folder(), RelPath::parse("mirrorseed.toml").value(), as_bytes(text));
        if (!written) return fail(written.error());
    } catch (const Failure& failure) {
        return fail(failure.error());
    }
    if (arguments.has("quiet")) return Exit::done;
    return print_result(
        fmt::format("made a store in {0} and the config {1}\nname a tree in {1}, then run\n"
                    "  mirrorseed -c {1} sync\n",
                    escape_text(folder), escape_text(config)));
}

Exit keygen_command(const Arguments& arguments) {
    const auto file = arguments.value("FILE").value_or("mirrorseed.key");
    const std::filesystem::path path = std::filesystem::absolute(file);
    const auto folder = Folder::open(path.parent_path());
    if (!folder) return fail(folder.error());
    const auto name = RelPath::parse_name(path.filename().string());
    if (!name) return fail(name.error(), Exit::usage);
    const auto key = SigningKey::generate();
    const auto created = folder->create_file(*name, 0600);
    if (!created && created.error().is(errc::file_exists))
        return fail(
            Error(Fault::refused, escape_text(file) + " exists already, and a key is never overwritten"));
    if (!created) return fail(created.error());
    auto written = write_all(*created, as_bytes(key.pem()), file);
    if (written) written = sync_file(*created, file);
    if (written) written = folder->sync();
    if (!written) {
        (void)folder->remove_file(*name).has_value();
        return fail(written.error());
    }
    const json::value report{{"public_key", key.public_key().str()}, {"key_file", as_utf8(path.string())}};
    if (arguments.has("json")) return give(arguments, {.report = report});
    if (!arguments.has("quiet"))
        complain(fmt::format(
                     "the secret key is in {}; [store] signing_key_file names it, and others put this public "
                     "key into trusted_keys:",
                     escape_text(file)),
                 LogLevel::info);
    return print_result(key.public_key().str() + "\n");
}

Exit run_command(const Arguments& arguments) {
    const auto file = config_file(arguments);
    if (!file) return fail(file.error(), Exit::usage);
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    auto log = open_log(loaded->config.log, arguments);
    if (!log) return fail(log.error());
    return run_keeper(loaded->config, *file, arguments, *log);
}

Exit serve_command(const Arguments& arguments) {
    LoadedConfig loaded;
    const bool plain = arguments.has("DIR");
    if (!plain || arguments.has("config")) {
        auto usable = usable_config(arguments, plain ? ConfigUse::server_alone : ConfigUse::whole);
        if (!usable) return Exit::usage;
        loaded = std::move(*usable);
    }
    auto log = open_log(loaded.config.log, arguments);
    if (!log) return fail(log.error());
    try {
        return serve(loaded.config, loaded.file, arguments, *log);
    } catch (const Failure& failure) {
        return fail(failure.error());
    }
}

Exit generate_command(const Arguments& arguments) {
    const auto text = generated_text(arguments.value("WHAT").value_or(""));
    if (!text) return fail(text.error(), Exit::usage);
    return print_result(*text);
}

struct CommandEntry {
    std::string_view name;
    CommandFunction run;
};
constexpr std::array functions{
    CommandEntry{"run", run_command},
    CommandEntry{"sync", sync_command},
    CommandEntry{"serve", serve_command},
    CommandEntry{"status", status_command},
    CommandEntry{"history", history_command},
    CommandEntry{"releases", releases_command},
    CommandEntry{"push", push_command},
    CommandEntry{"diff", diff_command},
    CommandEntry{"rollback", job_command},
    CommandEntry{"approve", job_command},
    CommandEntry{"withdraw", job_command},
    CommandEntry{"forget", forget_command},
    CommandEntry{"recover", recover_command},
    CommandEntry{"adopt", job_command},
    CommandEntry{"verify", job_command},
    CommandEntry{"gc", job_command},
    CommandEntry{"init", init_command},
    CommandEntry{"estimate", estimate_command},
    CommandEntry{"check-config", check_config_command},
    CommandEntry{"keygen", keygen_command},
    CommandEntry{"generate", generate_command},
    CommandEntry{"torrent create", torrent_create_command},
    CommandEntry{"torrent verify", torrent_verify_command},
    CommandEntry{"torrent show", torrent_show_command},
    CommandEntry{"torrent magnet", torrent_magnet_command},
    CommandEntry{"torrent edit", torrent_edit_command},
    CommandEntry{"torrent check-seeds", torrent_check_seeds},
};

}  // namespace

CommandFunction find_function(std::string_view command) {
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const auto& entry) { return entry.name == command; });
    return found == functions.end() ? nullptr : found->run;
}

}  // namespace mirrorseed::app
