#include "app/command_line/command_line.hpp"

#include "app/command_line/command_line_parser.hpp"
#include "app/command_line/command_line_text.hpp"
#include "app/command_line/roff.hpp"
#include "httpd/own_paths.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>

namespace mirrorseed::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Words = std::vector<std::string>;

Result<Parsed> parse(Words words) {
    words.insert(words.begin(), "mirrorseed");
    std::vector<const char*> argv;
    for (const auto& word : words)
        argv.push_back(word.c_str());
    return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

Arguments arguments(const Words& words) {
    const auto parsed = parse(words);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text());
    if (!parsed || !std::holds_alternative<Arguments>(*parsed)) return {};
    return std::get<Arguments>(*parsed);
}

std::string printed(const Words& words) {
    const auto parsed = parse(words);
    if (!parsed) return "error: " + parsed.error().text();
    return std::holds_alternative<Printed>(*parsed) ? std::get<Printed>(*parsed).text : "it runs";
}

std::string error(const Words& words) {
    const auto parsed = parse(words);
    return parsed ? "no error" : parsed.error().text();
}

const std::string hash(64, 'a');

TEST(CommandLine, KnowsEveryCommandOfTheInterface) {
    const std::map<std::string, Words> smallest{
        {"run", {"run"}},
        {"sync", {"sync"}},
        {"serve", {"serve"}},
        {"torrent create", {"torrent", "create", "x"}},
        {"torrent show", {"torrent", "show", "x"}},
        {"torrent verify", {"torrent", "verify", "x", "y"}},
        {"torrent magnet", {"torrent", "magnet", "x"}},
        {"torrent edit", {"torrent", "edit", "x"}},
        {"torrent check-seeds", {"torrent", "check-seeds", "x"}},
        {"status", {"status"}},
        {"history", {"history", "t"}},
        {"releases", {"releases"}},
        {"push", {"push", "t"}},
        {"diff", {"diff", "t", "1", "2"}},
        {"rollback", {"rollback", "t"}},
        {"forget", {"forget", "t"}},
        {"approve", {"approve", "t"}},
        {"approve", {"approve", "t", "1a2b3c4d"}},
        {"withdraw", {"withdraw", hash}},
        {"recover", {"recover"}},
        {"adopt", {"adopt", "t", "d"}},
        {"verify", {"verify"}},
        {"gc", {"gc"}},
        {"init", {"init"}},
        {"check-config", {"check-config"}},
        {"keygen", {"keygen"}},
        {"estimate", {"estimate"}},
        {"generate", {"generate", "man"}},
    };
    for (const auto& [name, words] : smallest)
        EXPECT_EQ(arguments(words).name(), name);
    for (const auto& command : commands())
        EXPECT_TRUE(smallest.contains(std::string(command.name))) << command.name;
}

TEST(CommandLine, TakesEveryOptionOfSync) {
    const auto got = arguments({"sync", "--dry-run", "--allow-deletes", "--full", "--json", "--include",
                                "[a-z]", "--include=*.iso", "--exclude", "x/", "--connections", "3",
                                "--rate-limit=5 MB/s", "debian", "arch"});
    for (const auto flag : {"dry-run", "allow-deletes", "full", "json"})
        EXPECT_TRUE(got.has(flag)) << flag;
    EXPECT_THAT(got.values("include"), ElementsAre("[a-z]", "*.iso"));
    EXPECT_THAT(got.values("TREE"), ElementsAre("debian", "arch"));
    EXPECT_EQ(got.value("rate-limit"), "5 MB/s");
    EXPECT_FALSE(got.has("to"));
    const auto one_off = arguments({"sync", "--from", "file:///a", "--to", "b", "--delete"});
    EXPECT_EQ(one_off.value("to"), "b");
    EXPECT_TRUE(one_off.has("delete"));
}

TEST(CommandLine, TakesEveryOptionOfTorrentEditAndMagnet) {
    const auto got = arguments({"torrent",
                                "edit",
                                "a",
                                "b",
                                "--set-tracker",
                                "http://t/a,udp://t:1/a",
                                "--clear-trackers",
                                "--add-tracker",
                                "http://n/a",
                                "--remove-tracker",
                                "x",
                                "--add-web-seed",
                                "https://w/",
                                "--remove-web-seed",
                                "anything",
                                "--clear-web-seeds",
                                "--comment=",
                                "--date",
                                "none",
                                "--dry-run"});
    EXPECT_THAT(got.values("FILE"), ElementsAre("a", "b"));
    EXPECT_THAT(got.values("set-tracker"), ElementsAre("http://t/a,udp://t:1/a"));
    EXPECT_EQ(got.value("comment"), "");
    for (const auto flag : {"clear-trackers", "clear-web-seeds", "dry-run"})
        EXPECT_TRUE(got.has(flag)) << flag;
    const auto magnet =
        arguments({"torrent", "magnet", "-", "--torrent-url", "https://x/a.torrent", "--peer", "h:1"});
    EXPECT_EQ(magnet.value("FILE"), "-");
    EXPECT_EQ(magnet.value("peer"), "h:1");
    EXPECT_THAT(error({"torrent", "magnet", "x", "--peer", "h"}), HasSubstr("--peer"));
}

TEST(CommandLine, TakesEveryOptionOfTorrentCreate) {
    const auto got = arguments({"torrent",
                                "create",
                                "-o",
                                "f.torrent",
                                "--format",
                                "hybrid",
                                "--piece-length",
                                "64KiB",
                                "-w",
                                "https://a/",
                                "-whttps://b/",
                                "-t",
                                "http://t/a,udp://t:1/a",
                                "--node",
                                "h:1",
                                "--private",
                                "--source",
                                "s",
                                "--comment=",
                                "--name",
                                "n",
                                "--date",
                                "0",
                                "--similar",
                                hash,
                                "--collection",
                                "c",
                                "--threads",
                                "2",
                                "--force",
                                "a",
                                "b"});
    EXPECT_THAT(got.values("PATH"), ElementsAre("a", "b"));
    EXPECT_THAT(got.values("web-seed"), ElementsAre("https://a/", "https://b/"));
    EXPECT_EQ(got.value("output"), "f.torrent");
    EXPECT_EQ(got.value("comment"), "");
    EXPECT_TRUE(got.has("private"));
    EXPECT_TRUE(got.has("force"));
}

TEST(CommandLine, TakesEveryOptionOfTorrentEdit) {
    const auto got = arguments({"torrent", "edit", "--add-web-seed", "https://a/", "--remove-web-seed",
                                "https://b/", "--clear-web-seeds", "--set-tracker", "https://t/",
                                "--clear-trackers", "--comment", "c", "--date", "none", "-o", "out", "in"});
    EXPECT_EQ(got.value("FILE"), "in");
    EXPECT_TRUE(got.has("clear-web-seeds"));
}

TEST(CommandLine, TakesOptionsBeforeAndAfterTheCommand) {
    for (const auto& words : {Words{"-c", "f", "-vq", "--json", "torrent", "show", "x"},
                              Words{"torrent", "-c", "f", "-v", "show", "-q", "x", "--json"},
                              Words{"torrent", "show", "x", "--config=f", "-v", "-q", "--json"},
                              Words{"-vqcf", "torrent", "show", "--json", "--", "x"}}) {
        const auto got = arguments(words);
        EXPECT_EQ(got.name(), "torrent show");
        EXPECT_EQ(got.value("config"), "f");
        EXPECT_EQ(got.value("FILE"), "x");
        EXPECT_THAT(got.flags, ElementsAre("json", "quiet", "verbose"));
    }
}

TEST(CommandLine, EndsOptionsAtTwoDashes) {
    EXPECT_THAT(arguments({"torrent", "create", "--json", "--", "-a", "--force", "[b]"}).values("PATH"),
                ElementsAre("-a", "--force", "[b]"));
    EXPECT_THAT(arguments({"torrent", "create", "[b]", "-"}).values("PATH"), ElementsAre("[b]", "-"));
}

TEST(CommandLine, LetsTheLastOfASingleOptionWin) {
    EXPECT_THAT(arguments({"-c", "a", "status", "-c", "b"}).values("config"), ElementsAre("b"));
}

TEST(CommandLine, NamesTheBadArgumentInOneLine) {
    const struct {
        Words words;
        std::string expected;
    } cases[] = {
        {{}, "no command is named; see mirrorseed --help"},
        {{"synk"}, "unknown command \"synk\"; did you mean \"sync\"?"},
        {{"torrent"}, "\"torrent\" needs one of its own commands"},
        {{"torrent", "crate"}, "unknown command \"torrent crate\"; did you mean \"torrent create\"?"},
        {{"sync", "--dryrun"}, "mirrorseed sync: unknown option \"--dryrun\"; did you mean \"--dry-run\"?"},
        {{"--confg", "x", "sync"}, "unknown option \"--confg\"; did you mean \"--config\"?"},
        {{"sync", "-x"}, "mirrorseed sync: unknown option \"-x\""},
        {{"sync", "--force"}, "mirrorseed sync: unknown option \"--force\""},
        {{"sync", "--foo=bar"}, "unknown option \"--foo\""},
        {{"sync", "--from", "https://h/a"}, "--from needs --to DIR"},
        {{"sync", "--to", "a"}, "--to needs --from URL"},
        {{"sync", "--from", "https://h/a", "--to", "a", "t"}, "it goes with no TREE"},
        {{"sync", "--from", "https://h/a", "--to", ""}, "--to needs a folder"},
        {{"sync", "--delete", "t"}, "--delete goes with --from"},
        {{"sync", "--from", "https://h/a", "--to", "a", "--allow-deletes"},
         "--allow-deletes is for the trees"},
        {{"sync", "--from", "https://u:hunter2@h:0/a", "--to", "a"},
         "--from: \"https://h:0/a\" has no proper port"},
        {{"sync", "--rate-limit", "fast"}, "--rate-limit: \"fast\" is no rate"},
        {{"sync", "--rate-limit"}, "--rate-limit needs a value: RATE"},
        {{"sync", "--connections", "-1"}, "--connections: \"-1\" is no number"},
        {{"sync", "--include", "[a"}, "--include: pattern \"[a\": a set is not closed"},
        {{"status", "--json=maybe"}, "json"},
        {{"status", "x"}, "mirrorseed status: unexpected argument \"x\""},
        {{"status", "--progress", "dots"}, "--progress: \"dots\" is none of auto, bar, plain, none"},
        {{"status", "--log-format", ""}, "--log-format: \"\" is none of text, json"},
        {{"diff", "t", "1"}, "mirrorseed diff: B is missing"},
        {{"diff", "t", "1", "zero"}, "B: \"zero\" is no generation"},
        {{"withdraw", "abc"}, "HASH: \"abc\" is no hash"},
        {{"serve", "--listen", "8080"}, "--listen: \"8080\" is no address"},
        {{"serve", "a", "b"}, "unexpected argument \"b\""},
        {{"run", "--drain", "long"}, "--drain: \"long\" is no time"},
        {{"verify", "--budget", "much"}, "--budget: \"much\" is no size"},
        {{"torrent", "create"}, "mirrorseed torrent create: PATH is missing"},
        {{"torrent", "create", "a", "--format", "v3"}, "--format: \"v3\" is none of v1, v2, hybrid"},
        {{"torrent", "create", "a", "--piece-length", "100KiB"},
         "--piece-length: \"100KiB\" is no piece length"},
        {{"torrent", "create", "a", "-w", "ftp://h/"}, "--web-seed: \"ftp://h/\" does not begin with"},
        {{"torrent", "create", "a", "--date", "today"}, "--date: \"today\" is none of now"},
        {{"torrent", "create", "a", "--node", "h"}, "--node: \"h\" is no host and port"},
        {{"generate", "x"}, "WHAT: \"x\" is none of man"},
        {{"status\x1b[31m"}, "unknown command \"status\\x1b[31m\""},
    };
    for (const auto& [words, expected] : cases) {
        EXPECT_THAT(error(words), HasSubstr(expected));
        EXPECT_THAT(error(words), Not(HasSubstr("\n")));
        EXPECT_THAT(error(words), Not(HasSubstr("hunter2")));
    }
}

TEST(CommandLine, MeansTheSameByAnOptionInEveryCommand) {
    std::map<std::string_view, bool> by_name;
    std::map<char, std::string_view> by_letter;
    for (const auto& command : commands())
        for (const std::span<const Option> options :
             {std::span<const Option>(command.options), global_options()})
            for (const auto& option : options) {
                EXPECT_EQ(by_name.emplace(option.name, option.takes_value()).first->second,
                          option.takes_value());
                if (option.letter != 0) {
                    EXPECT_EQ(by_letter.emplace(option.letter, option.name).first->second, option.name);
                }
            }
}

TEST(Help, TellsOfEveryOption) {
    for (const auto& command : commands()) {
        Words words{"--help"};
        const std::string name(command.name);
        const auto space = name.find(' ');
        words.push_back(name.substr(0, space));
        if (space != name.npos) words.push_back(name.substr(space + 1));
        const auto help = printed(words);
        EXPECT_THAT(help, StartsWith("Usage: mirrorseed " + name));
        for (const auto& option : command.options)
            EXPECT_THAT(help, HasSubstr(fmt::format("--{}", option.name)));
        for (const auto& option : global_options())
            EXPECT_THAT(help, HasSubstr(fmt::format("--{}", option.name)));
    }
}

TEST(Help, IsThereWithoutTheRequiredArguments) {
    EXPECT_THAT(printed({"diff", "-h"}), HasSubstr("[OPTION...] TREE A B"));
    EXPECT_THAT(printed({"torrent", "create", "--help"}), HasSubstr("PATH..."));
    EXPECT_THAT(printed({"torrent", "--help"}), HasSubstr("torrent check-seeds"));
    EXPECT_THAT(printed({"--help"}), HasSubstr("estimate"));
    EXPECT_THAT(printed({"--help"}), Not(HasSubstr("generate")));
    EXPECT_EQ(printed({"--version"}), version_text());
    EXPECT_EQ(printed({"status", "-V"}), version_text());
    EXPECT_EQ(printed({"nonsense", "--help"}), "error: unknown command \"nonsense\"");
    EXPECT_EQ(printed({"-c", "--help", "status"}), "it runs");
}

TEST(Documents, NameEveryCommandAndOption) {
    const auto man = *generated_text("man");
    for (const auto& command : commands()) {
        if (command.hidden) continue;
        EXPECT_THAT(
            man, HasSubstr(fmt::format(".SS mirrorseed {}", command.name == "check-config" ? "check\\-config"
                                                            : command.name == "torrent check-seeds"
                                                                ? "torrent check\\-seeds"
                                                                : command.name)));
        const auto word = std::string(command.name.substr(command.name.rfind(' ') + 1));
        for (const auto shell : {"bash", "zsh", "fish"}) {
            const auto text = *generated_text(shell);
            EXPECT_THAT(text, HasSubstr(word)) << shell;
            for (const auto& option : command.options)
                EXPECT_THAT(text, HasSubstr(std::string(option.name))) << shell;
        }
    }
    EXPECT_THAT(*generated_text("man-config"), HasSubstr("max_delete"));
    EXPECT_THAT(*generated_text("config"), HasSubstr("[[tree]]"));
    EXPECT_FALSE(generated_text("woman"));
}

TEST(Documents, NameEveryPathOfTheServersOwn) {
    const auto man = *generated_text("man");
    for (const auto& row : httpd::own_rows())
        EXPECT_THAT(man, HasSubstr("/\\-/" + roff_text(row.pattern) + "\\fR\n" + roff_text(row.help)));
}

Result<Arguments> through_json(const Arguments& given) {
    return arguments_from_json(boost::json::parse(boost::json::serialize(to_json(given))));
}

TEST(Arguments, ComeBackFromJsonAsTheyWere) {
    for (const auto& words : {Words{"sync", "--full", "--include", "a", "--include", "b", "t"}, Words{"gc"},
                              Words{"adopt", "t", "/srv/\xff\xfe %41"}}) {
        const auto given = arguments(words);
        const auto back = through_json(given);
        ASSERT_TRUE(back) << back.error().text();
        EXPECT_EQ(*back, given);
    }
}

TEST(Arguments, AreCheckedWhenTheyComeFromJson) {
    for (const auto text :
         {"1", "{}", R"({"command":["no"],"values":{},"flags":[]})",
          R"({"command":["gc"],"values":{},"flags":["full"]})",
          R"({"command":["gc"],"values":{"TREE":["a"]},"flags":[]})", R"({"command":["gc"],"values":{}})",
          R"({"command":["gc"],"values":{"json":["a"]},"flags":[]})",
          R"({"command":["history"],"values":{},"flags":[]})",
          R"({"command":["sync"],"values":{"rate-limit":["x"]},"flags":[]})",
          R"({"command":["sync"],"values":{"TREE":[5]},"flags":[]})"})
        EXPECT_FALSE(arguments_from_json(boost::json::parse(text))) << text;
}

}  // namespace
}  // namespace mirrorseed::app
