#include "app/command_line/config_manual.hpp"
#include "app/config/config_checks.hpp"
#include "app/config/config_reader.hpp"
#include "app/config/config_text.hpp"
#include "core/system/folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

const std::string store = "[store]\npath = \"/srv\"\n";
const std::string tree = store + "[[tree]]\nname = \"a\"\nupstreams = [\"https://h.example/a/\"]\n";
const std::string public_url = "[server]\npublic_url = \"https://m.example\"\n";
const std::string release = tree + "[[tree.release]]\nmatch = \"*.iso\"\n";

std::optional<std::string> environment(const std::string& name) {
    if (name == "WORD") return "word";
    if (name == "SECRET") return "hunter2";
    return std::nullopt;
}

LoadedConfig read(const std::string& text) {
    return read_config(text, "c.toml", environment);
}

std::vector<std::string> faults(const std::string& text) {
    std::vector<std::string> out;
    for (const auto& fault : read(text).faults)
        out.push_back(format_fault(fault));
    return out;
}

struct Case {
    std::string text, fault;
};
void expect_faults(std::initializer_list<Case> cases) {
    for (const auto& [text, fault] : cases)
        EXPECT_THAT(faults(text), ElementsAre(HasSubstr(fault))) << text;
}

TEST(Config, TakesDefaultsWhereNothingIsSaid) {
    const auto loaded = read(tree);
    ASSERT_THAT(faults(tree), IsEmpty());
    EXPECT_EQ(loaded.config.store.min_free, Bytes{5} << 30);
    EXPECT_EQ(loaded.config.server.listen.front().str(), "[::]:8080");
    EXPECT_EQ(loaded.config.sync.scrub, std::chrono::days(30));
    EXPECT_EQ(loaded.config.trees.front().max_delete, (sync::DeleteLimit{true, 10, 0}));
}

TEST(Config, ReadsEveryKindOfValue) {
    const auto text = R"(
store = {path = "/srv/${WORD}", min_free = "1.5 GiB"}
[server]
public_url = "https://m.example"
listen = ["127.0.0.1:80", "unix:/run/x.sock"]
status_access = "public"
trusted_proxies = ["10.0.0.0/8", "::1"]
min_send_rate = "2 KiB/s"
[sync]
scrub = "never"
nice = -5
[log]
level = "warning"
format = "json"
[[tree]]
name = "a.b+c_1-2"
upstreams = ["rsync://u:p@h.example:874/m/", "file:///srv/a%20b"]
trusted_keys = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
schedule = "17 */6 * * *"
max_delete = "1000"
delta_min = "never"
on_publish = ["/bin/x", ["/bin/y", "-v", ""]]
ip = "4"
missing_budget = "1 GiB"
on_bad_file = "hold-back"
[[tree.release]]
match = "iso/"
piece_length = "1 MiB"
format = "hybrid"
trackers = ["udp://t.example:1/announce,https://t.example/announce"]
[tree.images]
match = "*.iso"
)";
    ASSERT_THAT(faults(text), IsEmpty());
    const auto config = read(text).config;
    EXPECT_EQ(config.store.path, "/srv/word");
    EXPECT_EQ(config.store.min_free, Bytes{3} << 29);
    EXPECT_EQ(config.server.listen[1].unix_path, "/run/x.sock");
    EXPECT_EQ(config.server.behaviour.status_access, httpd::StatusAccess::everybody);
    EXPECT_EQ(config.server.behaviour.min_send_rate.bytes_per_second, 2048U);
    EXPECT_FALSE(config.sync.scrub);
    EXPECT_EQ(config.sync.nice, -5);
    EXPECT_EQ(config.log.level, LogLevel::warning);
    const auto& first = config.trees.front();
    EXPECT_TRUE(std::holds_alternative<Cron>(first.schedule));
    EXPECT_EQ(first.max_delete, (sync::DeleteLimit{false, 0, 1000}));
    EXPECT_FALSE(first.manners.delta_min);
    EXPECT_THAT(first.on_publish[1].arguments, ElementsAre("/bin/y", "-v", ""));
    EXPECT_EQ(first.manners.family, AddressFamily::ipv4_only);
    EXPECT_EQ(first.missing_budget, Bytes{1} << 30);
    EXPECT_EQ(first.on_bad_file, BadFilePolicy::hold_back);
    EXPECT_EQ(first.releases.front().piece_length.bytes, 1U << 20);
    EXPECT_EQ(first.releases.front().format, ReleaseFormat::hybrid);
    EXPECT_EQ(first.images->match.front().str(), "*.iso");
}

TEST(Config, TakesDeletesAsShareOrCount) {
    for (const auto& [text, expected] :
         std::initializer_list<std::pair<std::string, sync::DeleteLimit>>{{"\"10%\"", {true, 10, 0}},
                                                                          {"\"0.5%\"", {true, 0.5, 0}},
                                                                          {"1000", {false, 0, 1000}},
                                                                          {"\"1000\"", {false, 0, 1000}},
                                                                          {"0", {false, 0, 0}}})
        EXPECT_EQ(read(tree + "max_delete = " + text).config.trees.front().max_delete, expected) << text;
}

TEST(Config, NamesAFaultWithFileLineAndColumn) {
    EXPECT_THAT(faults(store + "[server]\nlissten = []\n"),
                ElementsAre("c.toml:4:1: unknown key \"lissten\" in [server]; did you mean \"listen\"?"));
    EXPECT_THAT(faults(store + "[server]\nthreads = \"four\"\n"),
                ElementsAre("c.toml:4:11: threads: expected a whole number, but there is a string"));
}

TEST(Config, NamesEveryFaultAtOnceInTheirOrder) {
    EXPECT_THAT(
        faults("[server]\ncors = 1\nlisten = [\"x\", 5]\n[synk]\n"),
        ElementsAre(HasSubstr("1:1: [store] needs the key \"path\""),
                    HasSubstr("2:8: cors: expected true or false"),
                    HasSubstr("3:11: listen: \"x\" is no address"), HasSubstr("3:16: listen: expected"),
                    HasSubstr("4:2: unknown key \"synk\" outside of all tables; did you mean \"sync\"?")));
}

TEST(Config, MakesASyntaxErrorOneFault) {
    EXPECT_THAT(faults("[store\npath = 1\n"), ElementsAre(HasSubstr("c.toml:1:")));
    EXPECT_THAT(faults(store + "path = \"again\"\n"), ElementsAre(HasSubstr("c.toml:3:")));
    EXPECT_THAT(faults("a = \"\xff\""), ElementsAre(HasSubstr("c.toml:1:")));
    for (const auto text : {"[$]", "[.a]", "[[#]]", "[a.$]", "ä = 1", "[ä]", "a = ä", "[a]җ"})
        EXPECT_THAT(faults(text), ElementsAre(HasSubstr("c.toml:1:"))) << text;
}

TEST(Config, RefusesBadValues) {
    expect_faults({
        {"[store]\npath = \"/s\"\nmin_free = \"5 gallons\"", "min_free: \"5 gallons\" is no size"},
        {"[store]\npath = \"/s\"\nmin_free = 5",
         "expected a size as a string, such as \"5 GiB\", but there is the number 5"},
        {"[store]\npath = \"a\\u0000b\"", "NUL"},
        {"[store]\npath = \"\"", "path: may not be empty"},
        {"[store]\n", "1:1: [store] needs the key \"path\""},
        {store + "[server]\nrate_limit = \"5\"", "rate_limit: \"5\" is no rate"},
        {store + "[server]\nidle_timeout = \"soon\"", "idle_timeout: \"soon\" is no time"},
        {store + "[server]\nidle_timeout = \"0s\"", "is less than 1s"},
        {store + "[server]\nthreads = -1", "-1 is not between 0 and 1024"},
        {store + "[server]\nthreads = 99999999999999", "is not between"},
        {store + "[server]\nlisten = \"[::]:80\"", "expected an array, but there is a string"},
        {store + "[server]\npublic_url = \"ftp://h.example/\"", "does not begin with http://, https://"},
        {store + "[server]\nstatus_access = \"all\"", "\"all\" is none of \"local\", \"token\", \"public\""},
        {store + "[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "is no address or network"},
        {store + "[server]\ntrusted_proxies = [\"::ffff:10.0.0.0/104\"]", "is no address and no network"},
        {store + "[server]\naccess_log = 2020-01-01", "expected a string, but there is a date or time"},
        {store + "[log]\nlevel = \"\\u001b[31m\"", "\"\\x1b[31m\" is none of"},
        {store + "[sync]\nnice = 20", "between -20 and 19"},
        {store + "[tree]\nname = \"a\"", "expected tables, each written [[tree]], but there is a table"},
        {"server = 5\n" + store, "server: expected a table, written [server], but there is the number 5"},
        {tree + "schedule = \"sometimes\"", "schedule: \"sometimes\" is no schedule"},
        {tree + "exclude = [\"[a\"]", "a set is not closed"},
        {tree + "max_delete = \"101%\"", "neither a share"},
        {tree + "max_delete = -1", "-1 is less than 0"},
        {tree + "trusted_keys = [\"x\"]", "is no Ed25519 public key"},
        {tree + "on_publish = [[]]", "a command needs a program"},
        {tree + "keyring = \"${NOWHERE}\"", "the environment has no NOWHERE"},
        {tree + "keyring = \"${WORD\"", "must be followed by a name"},
        {release + "piece_length = \"100 KiB\"\n" + public_url, "is no piece length"},
        {release + "trackers = [\"udp://t.example:1/a,\"]\n" + public_url, "is no URL"},
        {tree + "[tree.rpm]\n", "[tree.rpm] needs the key \"repos\""},
        {tree + "[tree.rpm]\nrepos = [\"../x\"]", "repos: "},
        {tree + "[tree.rpm]\nrepos = [\".\"]\nverify = \"signature\"", "8:10: verify: needs a keyring"},
        {tree + "[[tree.release]]\ntitle = \"x\"\n" + public_url, "[[tree.release]] needs the key \"match\""},
        {tree + "keyring = \"k\"\n[tree.debian]\nsuites = [\"a\"]\nsuite = 1", "did you mean \"suites\"?"},
        {tree + "[tree.debian]\nsuites = [\"a\"]", "debian: needs a keyring for its signatures"},
        {tree + "keyring = \"k\"\n[tree.debian]\nsuites = [\"./\"]",
         "\"./\" is a flat repository, which [tree.debian] does not support; mirror it as a plain tree"},
        {tree + "keyring = \"k\"\n[tree.debian]\nsuites = [\"a/b/\"]", "\"a/b/\" is a flat repository"},
        {tree + "keyring = \"k\"\n[tree.debian]\nsuites = [\".\"]", "\".\" is a flat repository"},
    });
}

TEST(Config, RefusesTreeNamesThatAreNone) {
    for (const auto name : {"A", "-a", ".a", "a/b", "a b", "ä"})
        EXPECT_THAT(faults(store + fmt::format("[[tree]]\nname = \"{}\"\nupstreams = [\"file:///a\"]", name)),
                    ElementsAre(HasSubstr("is no name for a tree")))
            << name;
}

TEST(Config, RefusesUpstreamsThatAreNone) {
    for (const auto url :
         {"ftp://h/a", "https:/h/a", "h::module", "/srv/a", "", "rsync://h/", "rsync://h", "file://srv/a",
          "file:srv", "https:///a", "https://h/a?token=b", "https://h:0/", "a b"})
        EXPECT_EQ(faults(store + fmt::format("[[tree]]\nname = \"a\"\nupstreams = [\"{}\"]", url)).size(), 1U)
            << url;
    EXPECT_THAT(faults(store + "[[tree]]\n"),
                ElementsAre(HasSubstr("needs the key \"name\""), HasSubstr("needs the key \"upstreams\"")));
    EXPECT_THAT(faults(store + "[[tree]]\nname = \"a\"\nupstreams = []"),
                ElementsAre(HasSubstr("upstreams: may not be empty")));
}

TEST(Config, FindsTreesAndReleasesThatCollide) {
    const auto other = [](const std::string& name, const std::string& more) {
        return fmt::format("[[tree]]\nname = \"{}\"\nupstreams = [\"https://h.example/a\"]\n{}\n", name,
                           more);
    };
    expect_faults({
        {tree + other("a", "exclude = [\"x\"]"),
         "7:8: name: there are two trees \"a\"; the first is on line 4"},
        {tree + other("b", ""), "8:13: upstreams: the tree \"a\" on line 3 mirrors the very same"},
        {release + "[[tree.release]]\nmatch = \"a*\"\n" + public_url,
         "9:9: match: the release on line 7 can match the same paths"},
        {tree + "[tree.rpm]\nrepos = [\"a\"]\n[tree.arch]\nrepos = [\"a\"]\n",
         "3:1: a tree may have one of debian, rpm, arch and images at most"},
    });
    EXPECT_THAT(faults(tree + other("b", "include = [\"x\"]")), IsEmpty());
    EXPECT_THAT(faults(tree + other("b", "[tree.arch]\nrepos = [\"core\"]")), IsEmpty());
    EXPECT_THAT(faults(release + "[[tree.release]]\nmatch = \"*.img\"\n" + public_url), IsEmpty());
}

TEST(Config, AReleaseNeedsAPublicUrl) {
    EXPECT_THAT(faults(release),
                ElementsAre(HasSubstr(":6:1: release: needs [server] public_url, which its torrents name")));
    EXPECT_THAT(faults(release + public_url), IsEmpty());
}

TEST(Config, NeverShowsCredentials) {
    for (const auto url : {"ftp://joe:hunter2@h/a", "https://joe:hunter2@/a", "https//joe:hunter2@h/",
                           "joe:hunter2@h::m", "https://joe:hun/ter2@h/", "https://joe:${SECRET}@h:0/a",
                           "https://h/a?key=hunter2", "rsync://joe:hunter2@h/", "https://joe:hunter2@h/a b"})
        for (const auto& fault :
             faults(store + fmt::format("[[tree]]\nname = \"a\"\nupstreams = [\"{}\"]", url))) {
            EXPECT_THAT(fault, Not(HasSubstr("hunter2"))) << url;
            EXPECT_THAT(fault, Not(HasSubstr("ter2"))) << url;
            EXPECT_THAT(fault, Not(HasSubstr("joe"))) << url;
        }
}

TEST(Config, NeedsACertificateForTls) {
    EXPECT_THAT(
        faults(store + "[server]\ntls_listen = [\"[::]:8443\"]"),
        ElementsAre(HasSubstr("4:14: tls_listen: needs a tls_certificate"), HasSubstr("needs a tls_key")));
}

TEST(Config, WantsNoStoreForTheServerAlone) {
    const auto use = ConfigUse::server_alone;
    EXPECT_TRUE(read_config("[server]\ncors = false\n", "c.toml", environment, use).good());
    EXPECT_FALSE(read_config("[server]\ncors = 0\n", "c.toml", environment, use).good());
}

TEST(Config, FindsFilesThatCannotBeRead) {
    auto loaded = read(store +
                       "[server]\ntls_key = \"/nowhere/key\"\nadmin_token_file = \"/nowhere/token\"\n"
                       "[[tree]]\nname = \"a\"\nupstreams = [\"file:///a\"]\nkeyring = \"/\"\n"
                       "ca_file = \"/dev/null\"\n");
    ASSERT_TRUE(loaded.good());
    check_paths(loaded);
    ASSERT_EQ(loaded.faults.size(), 2U);
    EXPECT_EQ(format_fault(loaded.faults[0]),
              "c.toml:5:20: admin_token_file: cannot read /nowhere/token: No such file or directory");
    EXPECT_EQ(format_fault(loaded.faults[1]), "c.toml:9:11: keyring: cannot read /: it is a folder");
}

TEST(Config, FindsACertificateThatCannotBeUsed) {
    auto loaded = read(store +
                       "[server]\ntls_listen = [\"[::]:8443\"]\ntls_certificate = \"/dev/null\"\n"
                       "tls_key = \"/dev/null\"\n");
    ASSERT_TRUE(loaded.good());
    check_paths(loaded);
    ASSERT_EQ(loaded.faults.size(), 1U);
    EXPECT_EQ(format_fault(loaded.faults[0]),
              "c.toml:5:19: tls_certificate: /dev/null: holds no certificate in PEM");
}

TEST(ConfigText, OfTheExampleIsTheFileInEtc) {
    const auto file = read_file(std::string(MIRRORSEED_SOURCE_DIR) + "/etc/mirrorseed.toml");
    ASSERT_TRUE(file);
    EXPECT_EQ(*file, documented_config()) << "run: mirrorseed generate config > etc/mirrorseed.toml";
}

TEST(ConfigText, IsAConfigWithoutFaults) {
    EXPECT_THAT(faults(documented_config()), IsEmpty());
    EXPECT_THAT(faults(starter_config("/srv/a \"b\"\\")), IsEmpty());
    EXPECT_EQ(read(starter_config("/srv/a \"b\"\\")).config.store.path, "/srv/a \"b\"\\");
}

// Takes the '#' from every line that shows a key or a table.
std::string uncommented(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool marks = text[i] == '#' && (i == 0 || text[i - 1] == '\n') && text[i + 1] != ' ';
        if (!marks) out += text[i];
    }
    return out;
}

TEST(ConfigText, OfTheStarterShowsDefaultsThatHold) {
    EXPECT_THAT(faults(uncommented(starter_config("/srv"))),
                ElementsAre(HasSubstr("one of debian, rpm, arch"), HasSubstr("needs [server] public_url"),
                            HasSubstr("debian: needs a keyring")));
}

TEST(ConfigText, OfTheManualNamesEveryKey) {
    const auto manual = config_manual();
    for (const auto key : {"min_free", "tls_listen", "scrub", "level", "max_delete", "keep_versions",
                           "suites", "repos", "architectures", "[tree.images]"})
        EXPECT_THAT(manual, HasSubstr(key));
}

TEST(ConfigText, SaysOfEachKeyWhatItDoesNotDoYet) {
    constexpr auto lack =
        "a node upstream must sign with one of these; not built yet: a tree with keys is not synced\n";
    EXPECT_THAT(documented_config(), HasSubstr(lack));
    EXPECT_THAT(starter_config("/srv"), HasSubstr(lack));
    EXPECT_THAT(config_manual(), HasSubstr(lack));
}

std::vector<std::string> not_built(const std::string& text) {
    std::vector<std::string> lines;
    for (const auto& item : read(text).not_built)
        lines.push_back(format_fault(item));
    return lines;
}

TEST(Config, TellsWhatIsSetAndDoesNothingYet) {
    EXPECT_THAT(
        not_built(tree + "trusted_keys = [\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]\n"),
        ElementsAre(HasSubstr(":6:16: trusted_keys: is not built yet: a tree with keys is not synced")));
    EXPECT_THAT(not_built(tree + "schedule = \"manual\"\ngrace = \"1h\"\n"), IsEmpty());
    EXPECT_THAT(
        read(tree + "trusted_keys = [\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]\n").config.not_built,
        ElementsAre("tree[0].trusted_keys"));
}

TEST(Config, SendsNoReadersWhereTheyWouldNotArrive) {
    const std::string redirect = "missing = \"redirect\"\n";
    const std::string by_rsync = store + "[[tree]]\nname = \"a\"\nupstreams = [\"rsync://h.example/a/\"]\n";
    EXPECT_THAT(faults(tree + redirect), IsEmpty());
    EXPECT_THAT(faults(by_rsync + redirect),
                ElementsAre(HasSubstr("missing: \"redirect\" needs an upstream by https")));
    EXPECT_THAT(faults(tree + "missing = \"fetch\"\n"), IsEmpty());
    EXPECT_THAT(faults(tree + "missing = \"not-found\"\n[server]\ntracker = false\n"), IsEmpty());
}

TEST(Config, WantsAPublicUrlForATracker) {
    EXPECT_THAT(faults(store + "[server]\ntracker = true\n"),
                ElementsAre(HasSubstr(":4:11: tracker: needs a public_url")));
    EXPECT_THAT(faults(store + "[server]\ntracker_udp = [\"[::]:6969\"]\n"),
                ElementsAre(HasSubstr(":4:15: tracker_udp: needs a public_url")));
    EXPECT_THAT(
        faults(store + "[server]\npublic_url = \"http://a\"\ntracker = true\ntracker_udp = [\"fd:3\"]\n"),
        ElementsAre(HasSubstr("\"fd:3\" is no address for UDP")));
    EXPECT_THAT(faults(store + "[server]\ntracker = false\ntracker_udp = []\n"), IsEmpty());
}

}  // namespace
}  // namespace mirrorseed::app
