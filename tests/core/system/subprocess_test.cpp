#include "core/system/subprocess.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <thread>

namespace mirrorseed {
namespace {

using namespace std::chrono_literals;
using test::fails_with;
using test::ok;

// The tests may start a shell; run_program never does by itself.
Program shell(const std::string& script) {
    return {.arguments = {"sh", "-c", script}, .environment = {"PATH=/usr/bin:/bin"}};
}

struct Ran {
    Result<ProgramEnd> end;
    std::string output;
};

Ran run(const Program& program, ProgramWatch watch = {}) {
    std::string output;
    watch.output = [&](std::string_view piece) {
        output += piece;
        return Status();
    };
    auto end = run_program(program, watch);
    return {std::move(end), std::move(output)};
}

// What was killed may wait for somebody to reap it.
bool has_ended(const std::string& process) {
    std::ifstream state("/proc/" + process + "/stat");
    std::string number, name, letter;
    return !(state >> number >> name >> letter) || letter == "Z";
}

bool ends_soon(const std::string& process) {
    for (int i = 0; i < 500 && !has_ended(process); ++i)
        std::this_thread::sleep_for(10ms);
    return has_ended(process);
}

TEST(Subprocess, TellsHowTheProgramEnded) {
    EXPECT_TRUE(run_program(shell("exit 0")).value().is_good());
    const auto code = run_program(shell("exit 23")).value();
    EXPECT_EQ(code.exit_code, 23);
    EXPECT_EQ(code.text(), "ended with status 23");
    const auto killed = run_program(shell("kill -SEGV $$")).value();
    EXPECT_FALSE(killed.is_good());
    EXPECT_EQ(killed.signal, SIGSEGV);
    EXPECT_EQ(killed.text(), "was killed by signal 11 (Segmentation fault)");
}

TEST(Subprocess, GivesArgumentsAsTheyAre) {
    const auto ran = run({.arguments = {"printf", "%s|", "a b", "$(id)", "", "*"}, .environment = {}});
    EXPECT_EQ(ran.output, "a b|$(id)||*|");
}

TEST(Subprocess, KeepsOutputAndErrorsApartOrTogether) {
    auto program = shell("echo one; echo two >&2; echo three");
    auto ran = run(program);
    EXPECT_EQ(ran.output, "one\nthree\n");
    EXPECT_EQ(ran.end.value().errors, "two\n");
    program.errors = Program::Errors::with_output;
    ran = run(program);
    EXPECT_EQ(ran.output, "one\ntwo\nthree\n");
    EXPECT_EQ(ran.end.value().errors, "");
}

TEST(Subprocess, CarriesMuchBothWays) {
    auto program = shell("tee /dev/stderr");
    program.input = std::string(3 << 20, 'x') + "end";
    const auto ran = run(program);
    ASSERT_TRUE(ok(ran.end));
    EXPECT_TRUE(ran.output == program.input);
    EXPECT_EQ(ran.end->errors, std::string(64 << 10, 'x'));
}

TEST(Subprocess, EndsWhatSaysTooMuch) {
    ProgramWatch watch;
    watch.most_errors = Bytes{1} << 20;
    const auto endless = run_program(shell("yes >&2"), watch);
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().text(), "sh says more than 1.0 MiB of messages");
    // Output is no message.
    EXPECT_TRUE(ok(run_program(shell("yes | head -c 3000000; echo hm >&2"), watch)));
}

TEST(Subprocess, ReadsNothingWhenNothingIsGiven) {
    EXPECT_EQ(run(shell("cat; echo done")).output, "done\n");
}

TEST(Subprocess, ReadsOutputThatNobodyWants) {
    EXPECT_TRUE(run_program(shell("head -c 1000000 /dev/zero")).value().is_good());
}

TEST(Subprocess, NamesAProgramThatCannotBeStarted) {
    const auto missing = run_program({.arguments = {"no-such-program"}, .environment = {}});
    EXPECT_TRUE(fails_with(Fault::not_found, missing));
    EXPECT_EQ(missing.error().text(), "no-such-program is not installed");
    const auto nowhere = run_program({.arguments = {"/nowhere/x"}, .environment = {}});
    EXPECT_EQ(nowhere.error().text(), "cannot run /nowhere/x: No such file or directory");
    EXPECT_TRUE(fails_with(Fault::bad_input, run_program({.arguments = {"./here"}, .environment = {}})));
    EXPECT_TRUE(fails_with(Fault::bad_input, run_program({})));
    auto program = shell("true");
    program.folder = "/nowhere";
    EXPECT_EQ(run_program(program).error().text(), "cannot run sh in /nowhere: No such file or directory");
}

TEST(Subprocess, GivesTheEnvironmentAndNothingElse) {
    ::setenv("MIRRORSEED_TEST_SECRET", "x", 1);
    EXPECT_EQ(run({.arguments = {"env"}, .environment = {"ONLY=this"}}).output, "ONLY=this\n");
    EXPECT_EQ(run({.arguments = {"env"}, .environment = {}}).output, "");
}

TEST(Subprocess, StartsInItsFolder) {
    const test::TempFolder folder;
    EXPECT_EQ(run({.arguments = {"pwd"}, .environment = {}}).output, "/\n");
    EXPECT_EQ(run({.arguments = {"pwd"}, .environment = {}, .folder = folder.path()}).output,
              folder.path() + "\n");
}

TEST(Subprocess, InheritsOnlyDescriptorsThatAreGiven) {
    const test::TempFolder folder;
    folder.write("secret", "secret");
    const Descriptor given(::open(folder.at("secret").c_str(), O_RDONLY | O_CLOEXEC));
    const Descriptor careless(::fcntl(given.get(), F_DUPFD, 50));  // no O_CLOEXEC
    const auto copy = [](const Descriptor& from) { return "cat <&" + std::to_string(from.get()) + ";"; };
    auto program = shell(copy(given) + copy(careless));
    program.descriptors = {given.get()};
    EXPECT_EQ(run(program).output, "secret");
}

TEST(Subprocess, HasUsualSignalsInAGroupOfItsOwn) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const auto was = ::signal(SIGPIPE, SIG_IGN);
    const auto ran =
        run(shell("grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status; read -r _ _ _ _ group _ < /proc/$$/stat; [ "
                  "$group = $$ ] && echo leads its group"));
    ::signal(SIGPIPE, was);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    EXPECT_NE(ran.output.find("SigBlk:\t0000000000000000"), std::string::npos) << ran.output;
    EXPECT_NE(ran.output.find("SigIgn:\t0000000000000000"), std::string::npos) << ran.output;
    EXPECT_NE(ran.output.find("leads its group"), std::string::npos) << ran.output;
}

TEST(Subprocess, TakesNoEndThatItWasNotToldForAGoodOne) {
    const auto was = ::signal(SIGCHLD, SIG_IGN);
    const auto ended = run_program(shell("exit 1"));
    ::signal(SIGCHLD, was);
    EXPECT_EQ(ended.error().text(), "sh ended, and nobody knows how: SIGCHLD is ignored");
}

TEST(Subprocess, IsNicerWhenAsked) {
    auto program = Program{.arguments = {"nice"}, .environment = {}};
    program.nice = 13;
    EXPECT_EQ(run(program).output, "13\n");
}

TEST(Subprocess, WritesNoFileThatIsTooLarge) {
    const test::TempFolder folder;
    auto program =
        Program{.arguments = {"cp", "/dev/zero", "out"}, .environment = {}, .folder = folder.path()};
    program.largest_file = 100'000;
    EXPECT_EQ(run_program(program).value().signal, SIGXFSZ);
    EXPECT_EQ(folder.read("out").size(), 100'000U);
}

TEST(Subprocess, EndsWhenAskedToStop) {
    std::stop_source stop;
    ProgramWatch watch{.stop = stop.get_token()};
    std::jthread later([&] { stop.request_stop(); });
    const auto ended = run_program(shell("sleep 1000"), watch);
    EXPECT_TRUE(fails_with(Fault::refused, ended));
    EXPECT_EQ(ended.error().text(), "sh was stopped");
}

TEST(Subprocess, KillsAWholeGroupThatDoesNotListen) {
    std::string output;
    ProgramWatch watch;
    watch.output = [&](std::string_view piece) -> Status {
        output += piece;
        if (!output.ends_with("ready\n")) return {};
        return Error(Fault::failed, "enough");
    };
    const auto ended = run_program(
        shell("trap '' TERM; sh -c 'trap \"\" TERM; sleep 1000' & echo $!; echo ready; wait"), watch);
    EXPECT_EQ(ended.error().text(), "enough");
    EXPECT_TRUE(ends_soon(output.substr(0, output.find('\n'))));
}

TEST(Subprocess, LeavesNothingBehindThatTheProgramStarted) {
    const auto ran = run(shell("sleep 1000 & echo $!"));
    EXPECT_TRUE(ran.end.value().is_good());
    EXPECT_TRUE(ends_soon(ran.output.substr(0, ran.output.find('\n'))));
}

TEST(Subprocess, WhatItStartedDiesWithUs) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const auto us = ::fork();
    if (us == 0) {
        ProgramWatch watch;
        watch.output = [&](std::string_view piece) -> Status {
            [[maybe_unused]] const auto told = ::write(ends[1], piece.data(), piece.size());
            return {};
        };
        (void)run_program(shell("sleep 1000 & echo $!; wait"), watch).has_value();
        ::_exit(0);
    }
    std::string process;
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';)
        process += c;
    ASSERT_FALSE(process.empty());
    EXPECT_FALSE(has_ended(process));
    ::kill(us, SIGKILL);
    ::waitpid(us, nullptr, 0);
    EXPECT_TRUE(ends_soon(process));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(Subprocess, EndsWhenItsTimeIsOver) {
    const auto ended = run_program(shell("sleep 1000"), {.timeout = 50ms});
    EXPECT_EQ(ended.error().text(), "sh was not done in time");
}

TEST(Subprocess, AsksEveryNowAndThenWhetherToGoOn) {
    int ticks = 0;
    ProgramWatch watch;
    watch.tick_every = 5ms;
    watch.tick = [&]() -> Status {
        if (++ticks < 3) return {};
        return Error(Fault::failed, "stalled");
    };
    EXPECT_EQ(run_program(shell("sleep 1000"), watch).error().text(), "stalled");
    EXPECT_EQ(ticks, 3);
}

TEST(Subprocess, DiesWithAnExceptionOfItsWatcher) {
    ProgramWatch watch;
    std::string process;
    watch.output = [&](std::string_view piece) -> Status {
        process = piece;
        throw Failure(Error(Fault::failed, "broken"));
    };
    EXPECT_THROW((void)run_program(shell("echo $$; sleep 1000"), watch), Failure);
    EXPECT_TRUE(has_ended(process.substr(0, process.find('\n'))));
}

TEST(Subprocess, ReadsOnlyWhatItsConfinesAllow) {
    const test::TempFolder folder;
    folder.write("open/file", "fine");
    folder.write("other/secret", "secret");
    folder.write("work/x", "x");
    auto confines = confines_of_a_program();
    confines.readable.push_back(folder.at("open"));
    confines.workshops.push_back(folder.at("work"));
    const auto landlock = Landlock::prepare(confines).value();
    if (!landlock) GTEST_SKIP() << "this kernel has no Landlock";
    auto program = shell(
        "cat open/file; cat other/secret; echo x > open/new; ls /; "
        "mkdir work/sub && mv work/x work/sub/y && ln -s y work/sub/z && cat work/sub/z");
    program.folder = folder.path();
    program.confinement = &*landlock;
    const auto ran = run(program);
    ASSERT_TRUE(ok(ran.end));
    EXPECT_EQ(ran.output, "finex");
    EXPECT_FALSE(folder.has("open/new"));
    program.arguments = {folder.at("open/file")};
    EXPECT_EQ(run_program(program).error().text(),
              "cannot run " + folder.at("open/file") + ": Permission denied");
}

}  // namespace
}  // namespace mirrorseed
