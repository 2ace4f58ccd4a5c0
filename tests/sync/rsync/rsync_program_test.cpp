#include "sync/rsync/rsync_program.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

RsyncProgram of(const std::string& url, const Manners& manners = {}) {
    return {RsyncUrl::parse(url).value(), manners};
}

ProgramEnd end_of(int code, std::string errors = {}) {
    return {.exit_code = code, .errors = std::move(errors)};
}

const std::string names("a\0b c\0", 6);

TEST(RsyncProgram, ListsTheWholeTree) {
    const auto program = of("rsync://jo@host/module/sub/").list();
    EXPECT_THAT(
        program.arguments,
        ElementsAre("rsync", "--no-motd", "--no-h", "--timeout=30", "--contimeout=30", "--debug=PROTO",
                    "--list-only", "--recursive", "--links", "--", "rsync://jo@host/module/sub/"));
    EXPECT_EQ(program.input, "");
}

TEST(RsyncProgram, FetchesNamesIntoAFolder) {
    const auto program =
        of("rsync://host:8730/module/").fetch({.names = {names}, .folder = "/staging/rsync-0"});
    const auto& arguments = program.arguments;
    ASSERT_GE(arguments.size(), 3u);
    EXPECT_EQ(arguments.back(), "/staging/rsync-0/");
    EXPECT_EQ(arguments[arguments.size() - 2], "rsync://host:8730/module/");
    EXPECT_EQ(arguments[arguments.size() - 3], "--");
    EXPECT_THAT(arguments, Contains("--files-from=-"));
    EXPECT_THAT(arguments, Contains("--from0"));
    EXPECT_EQ(program.input, names);
}

TEST(RsyncProgram, FoldersAreLookedThroughWhereTheyAreNamed) {
    const auto program = of("rsync://host/module/");
    const auto files = program.fetch({.names = {names}, .folder = "/staging"});
    EXPECT_THAT(files.arguments, Not(Contains("--recursive")));
    const auto folders = program.fetch({.names = {names, true}, .folder = "/staging"});
    EXPECT_THAT(folders.arguments, Contains("--recursive"));
    EXPECT_EQ(folders.input, names);
}

TEST(RsyncProgram, WhatComesCanBeReadAndTakenAway) {
    const auto fetch =
        of("rsync://host/module/").fetch({.names = {names}, .format = "=x %n", .folder = "/w"});
    EXPECT_THAT(fetch.arguments, Contains("--chmod=Du+rwx,Fu+rw"));
    EXPECT_THAT(fetch.arguments, Contains("--out-format==x %n"));
}

TEST(RsyncProgram, NamesAreTrustedWhereThatIsKnown) {
    const auto program = of("rsync://host/module/");
    EXPECT_THAT(program.can_trust_names().arguments, ElementsAre("rsync", "--trust-sender", "--version"));
    EXPECT_THAT(program.fetch({.names = {names}, .folder = "/w"}).arguments, Not(Contains("--trust-sender")));
    EXPECT_THAT(program.fetch({.names = {names}, .folder = "/w", .trust_names = true}).arguments,
                Contains("--trust-sender"));
}

TEST(RsyncProgram, NamesAreBelowTheModule) {
    const auto program = of("rsync://host/module/a/b/").fetch({.names = {names}, .folder = "/staging"});
    EXPECT_THAT(program.arguments, Contains("rsync://host/module/"));
    EXPECT_EQ(program.input, std::string("a/b/./a\0a/b/./b c\0", 18));
    EXPECT_EQ(of("rsync://host/module/a/").fetch({.names = {}, .folder = "/staging"}).input, "");
    EXPECT_EQ(of("rsync://host/module/a/").list_these(names).input, names);
}

TEST(RsyncProgram, NothingIsEverDeletedByIt) {
    const auto program = of("rsync://host/module/");
    for (const auto& run :
         {program.list(), program.list_these(names),
          program.fetch({.names = {names}, .folder = "/staging", .basis = "/basis", .tell_progress = true})})
        for (const auto& argument : run.arguments) {
            EXPECT_THAT(argument, Not(HasSubstr("del")));
            EXPECT_THAT(argument, Not(HasSubstr("remove")));
        }
}

TEST(RsyncProgram, HasAnEnvironmentOfItsOwn) {
    EXPECT_THAT(of("rsync://host/module/").list().environment,
                UnorderedElementsAre("PATH=" + std::string(Program::search_path), "LC_ALL=C", "TZ=UTC",
                                     "HOME=/nonexistent"));
}

TEST(RsyncProgram, ThePasswordGoesByTheEnvironmentAlone) {
    const Manners manners{.password = "from a file"};
    const auto program = of("rsync://jo@host/module/", manners).list();
    EXPECT_THAT(program.environment, Contains("RSYNC_PASSWORD=from a file"));
    EXPECT_THAT(program.arguments, Not(Contains(HasSubstr("from a file"))));
    const auto by_url =
        of("rsync://jo:secret@host/module/", manners).fetch({.names = {names}, .folder = "/w"});
    EXPECT_THAT(by_url.environment, Contains("RSYNC_PASSWORD=secret"));
    EXPECT_THAT(by_url.arguments, Not(Contains(HasSubstr("secret"))));
}

TEST(RsyncProgram, MannersBecomeArguments) {
    Manners manners{.timeout = std::chrono::seconds(7), .proxy = "proxy:3128"};
    manners.family = AddressFamily::ipv4_only;
    const auto program = of("rsync://host/module/", manners).list();
    EXPECT_THAT(program.arguments, Contains("--timeout=7"));
    EXPECT_THAT(program.arguments, Contains("--contimeout=7"));
    EXPECT_THAT(program.arguments, Contains("--ipv4"));
    EXPECT_THAT(program.environment, Contains("RSYNC_PROXY=proxy:3128"));
    manners.family = AddressFamily::ipv6_only;
    EXPECT_THAT(of("rsync://host/module/", manners).list().arguments, Contains("--ipv6"));
}

TEST(RsyncProgram, ARateIsInKibibytesAndNeverNone) {
    const auto limited = [](Bytes rate) {
        return of("rsync://host/module/")
            .fetch({.names = {names}, .folder = "/w", .rate = Rate{rate}})
            .arguments;
    };
    EXPECT_THAT(limited(0), Not(Contains(StartsWith("--bwlimit"))));
    EXPECT_THAT(limited(1), Contains("--bwlimit=1"));
    EXPECT_THAT(limited(2'000'000), Contains("--bwlimit=1953"));
}

TEST(RsyncProgram, ADeltaNeedsABasis) {
    const auto program = of("rsync://host/module/");
    EXPECT_THAT(program.fetch({.names = {names}, .folder = "/w"}).arguments,
                Not(Contains(StartsWith("--compare-dest"))));
    EXPECT_THAT(program.fetch({.names = {names}, .folder = "/w", .basis = "/basis"}).arguments,
                testing::IsSupersetOf({"--compare-dest=/basis", "--no-whole-file"}));
}

TEST(RsyncEnd, IsToldByTheStatus) {
    EXPECT_EQ(rsync_end(end_of(0)), RsyncEnd::good);
    for (const int code : {23, 24})
        EXPECT_EQ(rsync_end(end_of(code)), RsyncEnd::partly) << code;
    for (const int code : {2, 4, 5, 6})
        EXPECT_EQ(rsync_end(end_of(code)), RsyncEnd::refused) << code;
    for (const int code : {10, 12, 20, 21, 30, 35, 255})
        EXPECT_EQ(rsync_end(end_of(code)), RsyncEnd::trouble) << code;
    for (const int code : {1, 3, 11, 13, 14, 22})
        EXPECT_EQ(rsync_end(end_of(code)), RsyncEnd::ours) << code;
    EXPECT_EQ(rsync_end({.signal = 9, .errors = {}}), RsyncEnd::trouble);
}

TEST(RsyncEnd, AServerThatIsFullMayHaveRoomLater) {
    EXPECT_EQ(rsync_end(end_of(5, "@ERROR: max connections (1) reached -- try again later\n")),
              RsyncEnd::trouble);
    EXPECT_EQ(rsync_end(end_of(5, "@ERROR: Unknown module 'x'\n")), RsyncEnd::refused);
}

TEST(RsyncReason, IsTheLineThatTellsMost) {
    EXPECT_EQ(rsync_reason(end_of(5,
                                  "@ERROR: Unknown module 'x'\nrsync error: error starting client-server "
                                  "protocol (code 5) at main.c(1863) [Receiver=3.2.7]\n")),
              "Unknown module 'x'");
    EXPECT_EQ(rsync_reason(end_of(10,
                                  "rsync: [Receiver] failed to connect to host: Connection refused "
                                  "(111)\nrsync error: error in socket IO (code 10)\n")),
              "[Receiver] failed to connect to host: Connection refused (111)");
    EXPECT_EQ(rsync_reason(end_of(12, "rsync error: error in rsync protocol data stream (code 12)\n")),
              "rsync error: error in rsync protocol data stream (code 12)");
    EXPECT_EQ(rsync_reason(end_of(12)), "rsync ended with status 12");
    EXPECT_THAT(rsync_reason({.signal = 11, .errors = {}}), HasSubstr("signal 11"));
    EXPECT_EQ(rsync_reason(end_of(1, "\n\nsomething else")), "something else");
}

TEST(RsyncSays, WhatBecameOfOneFile) {
    const std::string messages =
        "rsync: [sender] link_stat \"/d/gone\" (in tree) failed: No such file or directory (2)\n"
        "file has vanished: \"/d/fleeting\" (in tree)\n"
        "rsync: [sender] send_files failed to open \"/d/a\\#012b\" (in tree): Permission denied (13)\n"
        "rsync error: some files/attrs were not transferred (code 23) at \"main.c\"\n";
    EXPECT_TRUE(rsync_says_of(messages, "d/gone")->is(Fault::not_found));
    EXPECT_TRUE(rsync_says_of(messages, "d/fleeting")->is(Fault::not_found));
    EXPECT_TRUE(rsync_says_of(messages, "d/a\nb")->is(Fault::refused));
    EXPECT_THAT(rsync_says_of(messages, "d/a\nb")->text(), HasSubstr("Permission denied"));
    for (const auto* other : {"one", "/gone", "d/gon", "d/a", "main.c", "d/gone2"})
        EXPECT_FALSE(rsync_says_of(messages, other)) << other;
    EXPECT_FALSE(rsync_says_of("", "a"));
    EXPECT_FALSE(rsync_says_of("no quotes\n\"\n\"\"\n", "a"));
}

TEST(RsyncSays, WhatAListingLacks) {
    const std::string closed =
        "rsync: [sender] opendir \"/next\" (in tree) failed: Permission denied (13)\n"
        "rsync: [sender] opendir \"/o\\#012dd\" (in tree) failed: Permission denied (13)\n";
    const std::string summary =
        "IO error encountered -- skipping file deletion\nrsync error: some files/attrs were not "
        "transferred (see previous errors) (code 23) at main.c(1865) [Receiver=3.2.7]\n";
    const std::string vanished =
        "file has vanished: \"/x\\#012y\" (in tree)\ndirectory has vanished: \"/d\" (in tree)\n";
    const auto gaps = rsync_gaps(closed + vanished + summary);
    EXPECT_THAT(gaps.closed, ElementsAre("/next", "/o\ndd"));
    EXPECT_THAT(gaps.vanished, ElementsAre("/x\ny", "/d"));
    EXPECT_FALSE(gaps.others);
    for (const auto* other :
         {"rsync: [sender] readdir(\"/x\") failed: Input/output error (5)\n",
          "rsync: [sender] opendir \"/x\" (in tree) failed: Too many open files (24)\n", "anything\n"}) {
        EXPECT_TRUE(rsync_gaps(closed + other + summary).others) << other;
        EXPECT_THAT(rsync_gaps(other).closed, IsEmpty());
        EXPECT_THAT(rsync_gaps(other).vanished, IsEmpty());
    }
    EXPECT_FALSE(rsync_gaps("").others);
}

}  // namespace
}  // namespace mirrorseed::sync
