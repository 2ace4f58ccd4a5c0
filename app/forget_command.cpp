#include "app/forget_command.hpp"

#include "app/command_line/console.hpp"
#include "app/command_line/report_json.hpp"
#include "app/command_line/report_text.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/keeper/job.hpp"
#include "app/planning_commands.hpp"

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace mirrorseed::app {
namespace {

Result<sync::Forgettable> look(const Config& config, const std::string& tree) {
    auto catalogue = catalogue_of(config);
    if (!catalogue) return Error(Fault::not_found, "the store has no tree " + tree);
    return sync::look_at_tree(*catalogue, tree);
}

bool is_agreed(const boost::json::value& report) {
    std::fputs((report_text("forget", report) + "forget it for good? [y/N] ").c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

}  // namespace

Exit forget_command(const Arguments& arguments) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    const auto known = check_trees(loaded->config, arguments);
    if (!known) return give(arguments, JobAnswer::failure(known.error(), Exit::usage));
    if (arguments.has("yes")) return give(arguments, do_job(loaded->config, arguments));
    try {
        const auto seen = look(loaded->config, arguments.value("TREE").value_or(""));
        if (!seen) return give(arguments, JobAnswer::failure(seen.error()));
        const auto report = to_json(*seen, Forgotten::no);
        const bool can_ask = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
        if (can_ask && is_agreed(report)) return give(arguments, do_job(loaded->config, arguments));
        return give(arguments, {.exit = Exit::needs_person,
                                .report = report,
                                .notes = {"nothing is forgotten; with --yes it is"}});
    } catch (const Failure& failure) {
        return give(arguments, JobAnswer::failure(failure.error()));
    }
}

}  // namespace mirrorseed::app
