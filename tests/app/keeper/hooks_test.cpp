#include "app/keeper/hooks.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using namespace std::chrono_literals;
using test::path;
using testing::HasSubstr;
using testing::Not;

// Runs hooks, which may be shell scripts here, and answers what the log says.
class HooksTest : public testing::Test {
protected:
    std::string run(const std::vector<std::string>& scripts, const HookEvent& event = {.tree = "tree"},
                    std::chrono::milliseconds patience = 20s) {
        std::vector<HookCommand> hooks;
        for (const auto& script : scripts)
            hooks.push_back({{"sh", "-c", script}});
        {
            const auto log = Log::open({.file = folder_.at("log")}).value();
            run_hooks(hooks, event, log, stop_.get_token(), patience);
        }
        return folder_.read("log");
    }

    test::TempFolder folder_;
    std::stop_source stop_;
};

TEST_F(HooksTest, SeeWhatTheyAreToldAndNothingElse) {
    ::setenv("MIRRORSEED_TEST_SECRET", "x", 1);
    const auto log = run({"env"}, {.tree = "arch", .generation = 7});
    for (const auto* line : {"MIRRORSEED_TREE=arch", "MIRRORSEED_GENERATION=7", "LANG=C.UTF-8",
                             "PATH=/usr/bin:", "MIRRORSEED_CHANGES=/"})
        EXPECT_THAT(log, HasSubstr(line));
    EXPECT_THAT(log, Not(HasSubstr("MIRRORSEED_TEST_SECRET")));
    EXPECT_THAT(log, Not(HasSubstr("MIRRORSEED_ERROR")));
    EXPECT_THAT(run({"echo \"<$MIRRORSEED_ERROR>\""}, {.tree = "arch", .error = "no route"}),
                HasSubstr("<no route>"));
}

TEST_F(HooksTest, ReadWhatChanged) {
    const EachChange two = [](const auto& seen) {
        seen({path("a b"), {}, Entry()});
        seen({path("c"), Entry(), {}});
    };
    EXPECT_THAT(run({"tr '\\0' ' ' < $MIRRORSEED_CHANGES"}, {.tree = "t", .each_change = two}),
                HasSubstr("+a b -c "));
    EXPECT_THAT(run({"wc -c < $MIRRORSEED_CHANGES"}), HasSubstr(": 0\n")) << "without any";
}

TEST_F(HooksTest, RunOneAfterTheOtherWhateverBecomesOfThem) {
    const auto log = run({"exit 3", "kill -9 $$", "echo last"});
    EXPECT_THAT(log, HasSubstr("tree: the hook failed: sh ended with status 3"));
    EXPECT_THAT(log, HasSubstr("tree: the hook failed: sh was killed by signal 9"));
    EXPECT_THAT(log, HasSubstr("hook sh: last"));
}

TEST_F(HooksTest, AreEndedWhenTheyTakeTooLong) {
    EXPECT_THAT(run({"sleep 1000"}, {.tree = "tree"}, 50ms),
                HasSubstr("the hook failed: sh was not done in time"));
}

TEST_F(HooksTest, AreEndedWhenTheJobIs) {
    stop_.request_stop();
    EXPECT_THAT(run({"sleep 1000"}), HasSubstr("the hook failed: sh was stopped"));
}

TEST_F(HooksTest, CannotForgeTheLog) {
    EXPECT_THAT(run({"printf 'a\\033[1mb\\nc'; head -c 5000 /dev/zero | tr '\\0' x"}),
                HasSubstr("a\\x1b[1mb\n"));
    EXPECT_THAT(folder_.read("log"), HasSubstr("hook sh: c" + std::string(4095, 'x') + "\n"));
}

}  // namespace
}  // namespace mirrorseed::app
