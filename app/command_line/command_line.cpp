#include "app/command_line/command_line.hpp"

#include "app/config/addresses.hpp"
#include "app/config/config_values.hpp"
#include "core/glob.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "core/whole_number.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace mirrorseed::app {
namespace {

using Kind = Option::Kind;
using Count = Positional::Count;

Error bad(std::string text) {
    return {Fault::bad_input, std::move(text)};
}

template <class T>
Status status_of(const Result<T>& result) {
    if (!result) return result.error();
    return {};
}

Status check_size(std::string_view text) {
    return status_of(parse_size(text));
}
Status check_rate(std::string_view text) {
    return status_of(parse_rate(text));
}
Status check_time(std::string_view text) {
    return status_of(parse_duration(text));
}
Status check_glob(std::string_view text) {
    return status_of(Glob::parse(text));
}
Status check_listen(std::string_view text) {
    return status_of(parse_listen_address(text));
}
Status check_piece_length(std::string_view text) {
    return status_of(parse_piece_length(text));
}

bool is_number(std::string_view text, std::uint64_t low, std::uint64_t high) {
    const auto value = whole_number<std::uint64_t>(text);
    return value && *value >= low && *value <= high;
}

Status check_count(std::string_view text) {
    if (is_number(text, 0, 1024)) return {};
    return bad(in_quotes(text) + " is no number from 0 to 1024");
}

Status check_pieces(std::string_view text) {
    if (is_number(text, 1, 1024)) return {};
    return bad(in_quotes(text) + " is no number from 1 to 1024");
}

Status check_timeout(std::string_view text) {
    const auto time = parse_duration(text);
    if (!time) return time.error();
    if (*time >= std::chrono::seconds(1) && *time <= std::chrono::hours(24)) return {};
    return bad(in_quotes(text) + " is no time from 1s to 24h");
}

Status check_generation(std::string_view text) {
    if (is_number(text, 1, std::uint64_t{1} << 62)) return {};
    return bad(in_quotes(text) + " is no generation");
}

Status check_date(std::string_view text) {
    constexpr std::uint64_t year_9999 = 253'402'300'799;
    if (text == "now" || text == "none" || text == "file" || is_number(text, 0, year_9999)) return {};
    return bad(in_quotes(text) + " is none of now, none, file and a number of seconds since 1970");
}

// "0,2-4"
Status check_selection(std::string_view text) {
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        const auto part = text.substr(at, end - at);
        const auto dash = std::min(part.find('-'), part.size());
        const auto last = dash < part.size() ? part.substr(dash + 1) : part;
        constexpr std::uint64_t most = 10'000'000;
        if (!is_number(part.substr(0, dash), 0, most) || !is_number(last, 0, most))
            return bad(in_quotes(text) + " is no list of files such as 0,2-4");
        at = end + 1;
    }
    return {};
}

Status check_hash(std::string_view text) {
    const bool hex = text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
    if (hex && (text.size() == 40 || text.size() == 64)) return {};
    return bad(in_quotes(text) + " is no hash of 40 or 64 hex digits");
}

Option flag(std::string_view name, std::string_view help, char letter = 0) {
    return {.name = name, .letter = letter, .help = help};
}
Option value(std::string_view name, std::string_view value_name, Check check, std::string_view help,
             char letter = 0) {
    return {name, letter, Kind::value, value_name, help, {}, check};
}
Option repeatable(std::string_view name, std::string_view value_name, Check check, std::string_view help,
                  char letter = 0) {
    return {name, letter, Kind::repeatable, value_name, help, {}, check};
}
Option choice(std::string_view name, std::string_view value_name, std::vector<std::string_view> choices,
              std::string_view help) {
    return {name, 0, Kind::value, value_name, help, std::move(choices), nullptr};
}

const Option json = flag("json", "print one JSON document on standard output and nothing else there");
const Option include = repeatable("include", "GLOB", check_glob, "take only what matches");
const Option exclude =
    repeatable("exclude", "GLOB", check_glob, "leave out what matches; wins over --include");
const Option drain = value("drain", "TIME", check_time,
                           "when stopping, let running downloads finish for this long (default 30s)");
const Option output = value("output", "FILE", nullptr, "where to write", 'o');
const Option date =
    value("date", "WHEN", check_date,
          "creation date: now, none, file (the newest file's time), or seconds since 1970 (default: "
          "SOURCE_DATE_EPOCH when it is set, else now)");
const Option comment = value("comment", "TEXT", nullptr, "a comment for people");

const Option threads = value("threads", "N", check_count, "how many threads hash; 0: one for each core");

const Positional tree{.name = "TREE", .help = "a tree of the config"};
const Positional trees{.name = "TREE", .count = Count::any, .help = "trees of the config (default: all)"};
const Positional trees_to_sync{.name = "TREE",
                               .count = Count::any,
                               .help =
                                   "trees of the config (default: all that are not paused since a rollback; "
                                   "one that is named is synced, and its pause ends)"};
const Positional torrent_file{.name = "FILE", .help = "a .torrent file"};
const Positional readable_torrent{.name = "FILE", .help = "a .torrent file, or - for standard input"};

Positional generation(std::string_view name, Count count, std::string_view help) {
    return {name, count, help, {}, check_generation};
}

Status check_sync(const Arguments& arguments) {
    const bool from = arguments.has("from"), to = arguments.has("to");
    if (from != to) return bad(from ? "--from needs --to DIR" : "--to needs --from URL");
    if (from && arguments.has("TREE")) return bad("--from mirrors one URL; it goes with no TREE");
    if (from && arguments.value("to")->empty()) return bad("--to needs a folder");
    if (!from && arguments.has("delete"))
        return bad("--delete goes with --from alone; max_delete is what a tree has");
    if (from && arguments.has("allow-deletes"))
        return bad("--allow-deletes is for the trees of a config; with --from, --delete deletes");
    return {};
}

Command sync_command() {
    return {
        .name = "sync",
        .summary = "sync the named trees once, or all of them; or mirror one URL into a plain folder",
        .positionals = {trees_to_sync},
        .options = {flag("dry-run", "plan and change nothing"), json,
                    flag("allow-deletes", "publish in spite of max_delete"),
                    flag("full", "list and compare even if the upstream says that nothing changed"),
                    repeatable("include", "GLOB", check_glob,
                               "take only what matches, whatever the config includes; repeatable"),
                    repeatable("exclude", "GLOB", check_glob,
                               "leave out what matches, besides what the config excludes; wins over "
                               "--include; repeatable"),
                    value("connections", "N", check_count,
                          "at once to the upstream, whatever the config says; 0: one to rsync, four to HTTP"),
                    value("rate-limit", "RATE", check_rate,
                          "fetch no faster, whatever the config says, such as \"50 MB/s\"; 0: no limit"),
                    value("from", "URL", check_upstream_url,
                          "mirror this rsync, HTTP or file URL into the folder of --to, with no config and "
                          "no store; files of the same size and second are the same, and what comes must be "
                          "what checksum lists beside it say"),
                    value("to", "DIR", nullptr, "the plain folder for --from; made when it is missing"),
                    flag("delete", "with --from: delete from DIR what the upstream does not have")},
        .check = check_sync};
}

Command create_command() {
    return {.name = "torrent create",
            .summary = "make a .torrent of a file or folder",
            .positionals = {{.name = "PATH", .count = Count::at_least_one, .help = "a file or folder"}},
            .options = {
                value("output", "FILE", nullptr,
                      "where to write, or into which folder (default NAME.torrent)", 'o'),
                choice("format", "FORMAT", {"v1", "v2", "hybrid"}, "default v1, which every client reads"),
                value("piece-length", "SIZE", check_piece_length, "auto, or a power of two such as 1MiB"),
                repeatable("web-seed", "URL", check_web_url,
                           "where clients find the data by HTTP; repeatable", 'w'),
                repeatable("tracker", "URL", check_tracker_url,
                           "a tier each; commas join one tier; repeatable", 't'),
                repeatable("node", "HOST:PORT", check_host_and_port, "a DHT node to begin with; repeatable"),
                flag("private", "peers come from the trackers alone"),
                value("source", "TEXT", nullptr, "a tag inside info, which changes the info hash"), comment,
                value("name", "NAME", nullptr, "instead of the file's or folder's own name"), date, include,
                exclude,
                repeatable("similar", "HASH", check_hash,
                           "the info hash of a torrent that shares files; repeatable"),
                repeatable("collection", "NAME", nullptr,
                           "torrents of one collection may share files; repeatable"),
                threads, flag("force", "replace FILE if it exists"), json}};
}

Command edit_command() {
    return {
        .name = "torrent edit",
        .summary = "change what is outside of a torrent's info; in place without --output",
        .positionals = {{.name = "FILE",
                         .count = Count::at_least_one,
                         .help = "a .torrent file, or - for standard input (then to standard output)"}},
        .options = {
            output,
            repeatable("set-tracker", "URL", check_tracker_url,
                       "a tier each; replaces all; commas join one tier; repeatable"),
            repeatable("add-tracker", "URL", check_tracker_url,
                       "a tier each, behind those that there are; commas join one tier; repeatable"),
            repeatable("remove-tracker", "URL", nullptr, "repeatable; one that is not there is a warning"),
            flag("clear-trackers", "remove all"),
            repeatable("add-web-seed", "URL", check_web_url, "repeatable"),
            repeatable("remove-web-seed", "URL", nullptr, "repeatable; one that is not there is a warning"),
            flag("clear-web-seeds", "remove all"), value("comment", "TEXT", nullptr, "empty: none"),
            value("date", "WHEN", check_date,
                  "creation date: now, none, file (the .torrent's own time), or seconds since 1970"),
            flag("dry-run", "tell what would change, and change nothing")}};
}

Command magnet_command() {
    return {
        .name = "torrent magnet",
        .summary = "print a torrent's magnet link",
        .positionals = {readable_torrent},
        .options = {
            repeatable("torrent-url", "URL", check_web_url, "where the .torrent itself is (xs); repeatable"),
            repeatable("peer", "HOST:PORT", check_host_and_port, "a peer to begin with (x.pe); repeatable"),
            value("select", "FILES", check_selection,
                  "only these files, counted from 0, such as 0,2-4 (so)")}};
}

Command check_seeds_command() {
    return {
        .name = "torrent check-seeds",
        .summary = "ask every web seed for random pieces and hash them; exit 3 when one is bad",
        .positionals = {readable_torrent},
        .options = {
            repeatable("web-seed", "URL", check_web_url, "check this one besides; repeatable", 'w'),
            value("pieces", "N", check_pieces, "how many of each seed (default 8)"),
            value("timeout", "TIME", check_timeout, "how long one request may take (default 60s)"),
            flag("allow-private",
                 "ask private addresses too, where the torrent or a redirect from a public one leads there; "
                 "a --web-seed is asked wherever it is"),
            value("ca-file", "FILE", nullptr, "trust these certificates (PEM) besides the system's"),
            value("proxy", "URL", check_proxy_url, "ask through this HTTP proxy"), json}};
}

std::vector<Command> torrent_commands() {
    return {
        create_command(),
        {.name = "torrent show",
         .summary = "tell what a torrent holds",
         .positionals = {readable_torrent},
         .options = {json}},
        {.name = "torrent verify",
         .summary = "hash data against a torrent; exit 3 when it does not match",
         .positionals = {torrent_file, {.name = "PATH", .help = "the file or folder that it describes"}},
         .options = {threads, json}},
        magnet_command(),
        edit_command(),
        check_seeds_command(),
    };
}

std::vector<Command> store_commands() {
    return {
        {.name = "status",
         .summary = "what runs; every tree: state, generation, size, since when its upstream shows more "
                    "and when that was last read, what is unfinished, last and next run, last error; and "
                    "the tracker of a running `run`",
         .options = {json}},
        {.name = "history",
         .summary = "the generations of a tree, newest first",
         .positionals = {tree},
         .options = {json}},
        {.name = "push",
         .summary =
             "for an ssh forced command: have the running `run` look at a tree's upstreams now; reads "
             "sync:stage1, sync:stage2, sync:all and sync:archive:NAME from SSH_ORIGINAL_COMMAND, waits for "
             "nothing and prints nothing where it was noted",
         .positionals = {tree}},
        {.name = "releases",
         .summary =
             "what has a torrent: hashes, sizes, web seeds and whether they answer, former ones too; and who "
             "is in its swarm, where a `run` with a tracker serves",
         .positionals = {trees},
         .options = {json}},
        {.name = "diff",
         .summary = "what changed between two generations",
         .positionals = {tree, generation("A", Count::one, "the earlier"),
                         generation("B", Count::one, "the later")},
         .options = {json}},
        {.name = "rollback",
         .summary = "publish an earlier generation again, as a new one, and pause the tree's syncs but for "
                    "`sync TREE`; one that runs is stopped",
         .positionals = {tree,
                         generation("GENERATION", Count::at_most_one,
                                    "any that is kept (default: the newest that has older content and that "
                                    "no rollback has taken back)")},
         .options = {json}},
        {.name = "approve",
         .summary = "publish the candidate that was held back; ends a pause",
         .positionals =
             {tree,
              {.name = "CANDIDATE",
               .count = Count::at_most_one,
               .help = "its name, as `status` and the reason tell it; exit 3 and nothing published when "
                       "it is no longer what is held (default: what is held, unless that would leave "
                       "no file at all)"}},
         .options = {json}},
        {.name = "withdraw",
         .summary = "take a content or a torrent's data away for good, and refuse it when it comes again",
         .positionals = {{.name = "HASH", .help = "a SHA-256 or an info hash", .check = check_hash}},
         .options = {json}},
        {.name = "forget",
         .summary =
             "end a tree that the config names no more: serving, checkout, history and all; tells what "
             "would go and asks",
         .positionals = {{.name = "TREE", .help = "a tree of the store that the config does not name"}},
         .options = {flag("yes",
                          "do not ask; without it, and without a terminal, nothing is forgotten and "
                          "the exit status is 3"),
                     json}},
        {.name = "recover",
         .summary = "rebuild a lost or damaged catalogue from the manifests and blobs",
         .options = {json}},
        {.name = "adopt",
         .summary = "take an existing plain mirror into the store by hard links, nothing copied",
         .positionals = {tree, {.name = "DIR", .help = "the plain mirror"}},
         .options = {json}},
        {.name = "verify",
         .summary = "re-hash what is stored",
         .positionals = {trees},
         .options = {flag("repair", "fetch what is damaged again"),
                     value("budget", "SIZE", check_size,
                           "only as much as this, what was checked longest ago first"),
                     json}},
        {.name = "gc",
         .summary =
             "free blobs that no kept generation and no listed release needs; syncs that run wait for it",
         .options = {json}},
    };
}

std::vector<Command> set_up_commands() {
    return {
        {.name = "init",
         .summary = "make a store and a commented starter config",
         .positionals = {{.name = "DIR", .count = Count::at_most_one, .help = "the store (default: here)"}}},
        {.name = "check-config",
         .summary = "check the config and name every fault with file:line:column",
         .options = {json}},
        {.name = "keygen",
         .summary = "make an Ed25519 key pair for signing generations",
         .positionals = {{.name = "FILE",
                          .count = Count::at_most_one,
                          .help = "where the secret key goes (default ./mirrorseed.key)"}},
         .options = {json}},
        {.name = "estimate",
         .summary = "how many files and bytes each tree's selection would be, without fetching them",
         .positionals = {trees},
         .options = {json}},
        {.name = "generate",
         .summary = "print a document that is made from the program's own tables",
         .positionals = {{.name = "WHAT",
                          .help = "which",
                          .choices = {"man", "man-config", "bash", "zsh", "fish", "config"}}},
         .hidden = true},
    };
}

std::vector<Command> all_commands() {
    std::vector<Command> all{
        {.name = "run",
         .summary = "everything, for as long as it lives: sync on schedule, make torrents, serve",
         .options = {drain}},
        sync_command(),
        {.name = "serve",
         .summary = "only the HTTP server, over the store's published trees or over a plain folder",
         .positionals = {{.name = "DIR",
                          .count = Count::at_most_one,
                          .help = "a plain folder; no store is needed"}},
         .options = {repeatable("listen", "ADDR:PORT", check_listen,
                                "where to listen (default [::]:8080 for a plain folder); repeatable"),
                     flag("no-sandbox", "a plain folder's HTML, SVG and XML are trusted like our own pages"),
                     drain}},
    };
    for (auto&& part : {torrent_commands(), store_commands(), set_up_commands()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

Status check_value(std::string_view text, std::span<const std::string_view> choices, Check check) {
    if (!choices.empty() && std::ranges::find(choices, text) == choices.end())
        return bad(fmt::format("{} is none of {}", in_quotes(text), fmt::join(choices, ", ")));
    return check ? check(text) : Status();
}

Status check_options(std::span<const Option> options, const Arguments& arguments) {
    for (const auto& option : options)
        for (const auto& text : arguments.values(option.name))
            if (const auto good = check_value(text, option.choices, option.check); !good)
                return good.error().within(fmt::format("--{}", option.name));
    return {};
}

Status check_positionals(const Command& command, const Arguments& arguments) {
    for (const auto& positional : command.positionals) {
        const auto values = arguments.values(positional.name);
        if (values.empty() && positional.required())
            return bad(fmt::format("{} is missing", positional.name));
        if (values.size() > 1 && !positional.repeatable())
            return bad(fmt::format("more than one {}", positional.name));
        for (const auto& text : values)
            if (const auto good = check_value(text, positional.choices, positional.check); !good)
                return good.error().within(std::string(positional.name));
    }
    return {};
}

}  // namespace

std::span<const Command> commands() {
    static const auto all = all_commands();
    return all;
}

std::span<const Option> global_options() {
    static const std::array all{
        value("config", "FILE", nullptr,
              "the config (default ./mirrorseed.toml, else /etc/mirrorseed/mirrorseed.toml)", 'c'),
        flag("verbose", "tell more", 'v'),
        flag("quiet", "tell only what went wrong", 'q'),
        choice("log-format", "FORMAT", {"text", "json"},
               "how the log is written; with json all that is said on standard error is lines of JSON"),
        choice("progress", "HOW", {"auto", "bar", "plain", "none"}, "how progress is shown (default auto)"),
        flag("help", "print this help", 'h'),
        flag("version", "print the version", 'V'),
    };
    return all;
}

const Command* find_command(std::string_view name) {
    const auto found = std::ranges::find(commands(), name, &Command::name);
    return found == commands().end() ? nullptr : &*found;
}

const Option* find_option(const Command& command, std::string_view name) {
    for (const std::span<const Option> options : {std::span<const Option>(command.options), global_options()})
        for (const auto& option : options)
            if (option.name == name) return &option;
    return nullptr;
}

bool is_command_group(std::string_view word) {
    return std::ranges::any_of(commands(), [&](const Command& command) {
        return command.name.size() > word.size() && command.name.starts_with(word) &&
               command.name[word.size()] == ' ';
    });
}

Status check_arguments(const Command& command, const Arguments& arguments) {
    for (const std::span<const Option> options : {std::span<const Option>(command.options), global_options()})
        if (auto good = check_options(options, arguments); !good) return good;
    if (auto good = check_positionals(command, arguments); !good) return good;
    return command.check ? command.check(arguments) : Status();
}

}  // namespace mirrorseed::app
