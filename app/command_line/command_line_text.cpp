#include "app/command_line/command_line_text.hpp"

#include "app/command_line/config_manual.hpp"
#include "app/command_line/roff.hpp"
#include "app/config/config_text.hpp"
#include "core/text.hpp"
#include "httpd/own_paths.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace mirrorseed::app {
namespace {

constexpr std::size_t help_column = 28;
constexpr std::size_t help_width = 100;

std::string positional_usage(const Positional& positional) {
    const auto name = fmt::format("{}{}", positional.name, positional.repeatable() ? "..." : "");
    return positional.required() ? name : "[" + name + "]";
}

std::string usage(const Command& command) {
    auto out = fmt::format("mirrorseed {} [OPTION...]", command.name);
    for (const auto& positional : command.positionals)
        out += " " + positional_usage(positional);
    return out;
}

std::string help_of(std::string_view help, const std::vector<std::string_view>& choices) {
    if (choices.empty()) return std::string(help);
    return fmt::format("{}: {}", fmt::join(choices, ", "), help);
}

// "-o, --output FILE"
std::string option_usage(const Option& option) {
    const auto letter = option.letter ? fmt::format("-{}, ", option.letter) : "    ";
    const auto value = option.takes_value() ? fmt::format(" {}", option.value_name) : "";
    return fmt::format("{}--{}{}", letter, option.name, value);
}

// A term on the left and its meaning on the right, in as many lines as it takes.
std::string two_columns(std::string_view term, std::string_view meaning) {
    std::string out, line = fmt::format("  {:<{}}", term, help_column - 2);
    if (line.size() > help_column) {
        out = line + "\n";
        line.assign(help_column, ' ');
    }
    while (!meaning.empty()) {
        const auto end = std::min(meaning.find(' '), meaning.size());
        if (line.size() + end > help_width) {
            out += line + "\n";
            line.assign(help_column, ' ');
        }
        line += std::string(line.size() > help_column ? " " : "") + std::string(meaning.substr(0, end));
        meaning = meaning.substr(std::min(end + 1, meaning.size()));
    }
    return out + line + "\n";
}

std::string option_lines(std::span<const Option> options) {
    std::string out;
    for (const auto& option : options)
        out += two_columns(option_usage(option), help_of(option.help, option.choices));
    return out;
}

bool belongs(const Command& command, std::string_view group) {
    return !command.hidden && (group.empty() || command.name.starts_with(fmt::format("{} ", group)));
}

std::string roff_option(const Option& option) {
    auto term = option.letter ? fmt::format("\\fB\\-{}\\fR, ", option.letter) : std::string();
    term += fmt::format("\\fB\\-\\-{}\\fR", roff_text(option.name));
    if (option.takes_value()) term += fmt::format(" \\fI{}\\fR", option.value_name);
    return roff_term(term, help_of(option.help, option.choices));
}

std::string roff_command(const Command& command) {
    std::string out = fmt::format(".SS {}\n", roff_text(usage(command)));
    out += roff_text(command.summary) + ".\n";
    for (const auto& positional : command.positionals)
        out += roff_term(fmt::format("\\fI{}\\fR", positional.name),
                         help_of(positional.help, positional.choices));
    for (const auto& option : command.options)
        out += roff_option(option);
    return out;
}

constexpr std::array exit_statuses{
    Term{"0", "done"},
    Term{"1", "failed; what was published before is untouched"},
    Term{"2", "wrong usage or config"},
    Term{"3",
         "finished, but something needs a person: deletions held back, files quarantined, damage found and "
         "not repaired, a publish whose manifest, checkout, hooks or notifications are unfinished (the next "
         "run tries again)"},
};
constexpr std::array files{
    Term{"./mirrorseed.toml, /etc/mirrorseed/mirrorseed.toml", "the config, looked for in this order"},
    Term{"DIR/.mirrorseed-partial",
         "what \"sync --from\" has fetched and not shown yet; the next run goes on from there"},
    Term{"STORE/control.sock", "how commands reach a running \"mirrorseed run\" of the same store"},
};
constexpr std::array urls{
    Term{"/", "the trees; JSON with ?format=json, as every listing"},
    Term{"/TREE/PATH", "a file, or a folder's listing; ?sort=name|size|date&order=asc|desc"},
    Term{"/TREE/PATH.sha256, .meta4", "the file's checksum, and its metalink"},
    Term{"/TREE/PATH.torrent, .magnet", "of a release, also when the tree has lost it"},
    Term{"/-/releases/, /-/releases.json, /-/releases.rss, /-/releases/TREE.rss",
         "what has a torrent, as pages, JSON and feeds that torrent clients follow"},
};
constexpr std::array signals{
    Term{"SIGHUP",
         "reads the config again and opens the logs anew; no connection is dropped. \"serve\" also opens and "
         "closes addresses; those of \"run\" stay until it is started again"},
    Term{"SIGTERM, SIGINT",
         "accepts no more, and lets what is being downloaded finish for the time of --drain"},
};
constexpr std::array variables{
    Term{"NO_COLOR", "when it is set, nothing is coloured"},
    Term{"MIRRORSEED_LANES",
         "how pieces are hashed: avx512, avx2, sha-ni or openssl; what is fastest here is found out when it "
         "is not set"},
    Term{"SOURCE_DATE_EPOCH", "the creation date of torrents, unless --date says another"},
};

std::string terms_section(std::string_view title, std::span<const Term> terms) {
    return roff_section(title) + roff_terms(terms);
}

std::string roff_own_paths() {
    std::string out;
    for (const auto& row : httpd::own_rows())
        out += roff_term(fmt::format("\\fB{}{}{}\\fR", row.method == httpd::Method::post ? "POST " : "",
                                     roff_text(httpd::own_prefix), roff_text(row.pattern)),
                         row.help);
    return out;
}

}  // namespace

std::string version_text() {
    return fmt::format("mirrorseed {}\n", MIRRORSEED_VERSION);
}

std::string help_text(const Command& command) {
    auto out = fmt::format("Usage: {}\n\n{}\n", usage(command), command.summary);
    if (!command.positionals.empty()) out += "\nArguments:\n";
    for (const auto& positional : command.positionals)
        out += two_columns(positional.name, help_of(positional.help, positional.choices));
    if (!command.options.empty()) out += "\nOptions:\n" + option_lines(command.options);
    return out + "\nOptions of every command:\n" + option_lines(global_options());
}

std::string help_text(std::string_view group) {
    auto out = fmt::format("Usage: mirrorseed {}{}COMMAND [OPTION...] [ARGUMENT...]\n", group,
                           group.empty() ? "" : " ");
    if (group.empty()) out += "\nMirrors release trees, makes their torrents and serves both.\n";
    out += "\nCommands:\n";
    for (const auto& command : commands())
        if (belongs(command, group)) out += two_columns(command.name, command.summary);
    return out + "\nOptions of every command:\n" + option_lines(global_options()) +
           "\nmirrorseed COMMAND --help tells more of one command.\n";
}

std::string command_manual() {
    auto out = roff_title("MIRRORSEED", 1);
    out += roff_section("NAME") + "mirrorseed \\- mirror release trees, make their torrents and serve both\n";
    out +=
        roff_section("SYNOPSIS") + ".B mirrorseed\n.I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n";
    out += roff_section("DESCRIPTION") +
           "mirrorseed keeps a full or partial copy of somebody's release trees, publishes each update whole "
           "or not at "
           "all, turns new releases into torrents whose web seed is the mirror itself, and serves all of it "
           "over "
           "HTTP.\n.PP\nResults go to standard output, progress and logs to standard error. A command that "
           "writes "
           "hands its work to a running \\fBmirrorseed run\\fR of the same store.\n";
    out += roff_section("COMMANDS");
    for (const auto& command : commands())
        if (!command.hidden) out += roff_command(command);
    out += roff_section("OPTIONS OF EVERY COMMAND");
    for (const auto& option : global_options())
        out += roff_option(option);
    out += terms_section("WHAT IS SERVED", urls) + roff_own_paths() + terms_section("SIGNALS", signals) +
           terms_section("EXIT STATUS", exit_statuses) + terms_section("ENVIRONMENT", variables) +
           terms_section("FILES", files);
    return out + roff_section("SEE ALSO") + ".BR mirrorseed.toml (5)\n";
}

Result<std::string> generated_text(std::string_view what) {
    struct Document {
        std::string_view name;
        std::string (*write)();
    };
    constexpr std::array documents{
        Document{"man", command_manual},   Document{"man-config", config_manual},
        Document{"bash", bash_completion}, Document{"zsh", zsh_completion},
        Document{"fish", fish_completion}, Document{"config", documented_config},
    };
    for (const auto& document : documents)
        if (document.name == what) return document.write();
    return Error(Fault::bad_input, fmt::format("there is no document \"{}\"", escape_text(what)));
}

}  // namespace mirrorseed::app
