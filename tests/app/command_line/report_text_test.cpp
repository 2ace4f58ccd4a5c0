#include "app/command_line/report_text.hpp"

#include "app/command_line/job_answer.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace mirrorseed::app {
namespace {

std::string text_of(std::string_view command, const char* json) {
    return report_text(command, boost::json::parse(json));
}

TEST(ReportText, TellsOfASyncInOneLine) {
    const auto text = text_of("sync", R"({"tree":"debian","outcome":"published","generation":7,
        "total":{"files":10,"bytes":2048},"fetch":{"files":1,"bytes":1024},"reuse":{"files":0,"bytes":0},
        "delete":{"files":2,"bytes":10}})");
    EXPECT_EQ(text,
              "debian: published, generation 7: 10 files (2.0 KiB) in all, fetched 1 file (1.0 KiB), "
              "deleted 2 files (10 B)\n");
}

TEST(ReportText, MarksWhatADiffAddsChangesAndRemoves) {
    EXPECT_EQ(text_of("diff", R"({"added":["a"],"changed":["b"],"removed":["c\u001b"]})"),
              "+a\n~b\n-c\\x1b\n");
}

TEST(ReportText, SurvivesAReportOfAnyShape) {
    for (const auto* command :
         {"sync", "verify", "gc", "withdraw", "recover", "history", "diff", "estimate", "status"})
        for (const auto* json :
             {"null", "[]", "{}", "[1,null,{}]", "\"x\"", R"({"trees":[{"last_run":{}}]})"})
            (void)text_of(command, json);
    EXPECT_EQ(text_of("no such command", "{}"), "");
}

TEST(JobAnswer, ComesThroughTheControlSocketAsItWas) {
    const JobAnswer answer{
        .exit = Exit::needs_person, .report = boost::json::parse(R"({"a":[1]})"), .notes = {"one", "two"}};
    const auto again = job_answer_from_json(to_json(answer));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->exit, answer.exit);
    EXPECT_EQ(again->report, answer.report);
    EXPECT_EQ(again->notes, answer.notes);
    for (const auto* bad :
         {"null", "{}", R"({"exit":9,"report":1,"notes":[]})", R"({"exit":"0","report":1,"notes":[]})"})
        EXPECT_FALSE(job_answer_from_json(boost::json::parse(bad))) << bad;
}

}  // namespace
}  // namespace mirrorseed::app
