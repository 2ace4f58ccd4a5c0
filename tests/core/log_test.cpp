#include "core/log.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace mirrorseed {
namespace {

class LogTest : public testing::Test {
protected:
    Log open(LogFormat format = LogFormat::text, LogLevel level = LogLevel::info) const {
        return Log::open({.level = level, .format = format, .file = folder_.at("log")}).value();
    }

    std::vector<std::string> lines(const char* name = "log") const {
        std::istringstream text(folder_.read(name));
        std::vector<std::string> all;
        for (std::string line; std::getline(text, line);)
            all.push_back(line);
        return all;
    }

    test::TempFolder folder_;
};

TEST_F(LogTest, ATextLineHoldsTimeLevelAndMessage) {
    open().info("tree {} has {} files", "debian", 7);
    const auto all = lines();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_TRUE(all[0].ends_with("Z info: tree debian has 7 files")) << all[0];
    EXPECT_EQ(all[0].find("20"), 0u) << all[0];
}

TEST_F(LogTest, TextFromOutsideCannotForgeALine) {
    open().warning("left out {}", outside("evil\n2026-01-01T00:00:00Z info: all is well\x1b[2J"));
    const auto all = lines();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_NE(all[0].find("evil\\x0a2026"), std::string::npos) << all[0];
    EXPECT_EQ(all[0].find('\x1b'), std::string::npos);
}

TEST_F(LogTest, AJsonLineIsJsonWhateverIsInIt) {
    open(LogFormat::json)
        .error("could not read {} and {}", outside("a\"b\n\\\xff"), "raw \" \\ \n \xff \x01");
    const auto all = lines();
    ASSERT_EQ(all.size(), 1u);
    boost::json::error_code error;
    const auto value = boost::json::parse(all[0], error);
    ASSERT_FALSE(error) << all[0];
    const auto& object = value.as_object();
    EXPECT_EQ(object.at("level").as_string(), "error");
    EXPECT_EQ(object.at("message").as_string(),
              "could not read a\"b\\x0a\\\\\\xff and raw \" \\ \n \\xff \x01");
    EXPECT_TRUE(object.at("pid").is_int64());
    EXPECT_EQ(object.at("time").as_string().size(), std::string_view("2026-11-21T09:30:00.000Z").size());
}

TEST_F(LogTest, SaysNothingBelowItsLevel) {
    const auto log = open(LogFormat::text, LogLevel::warning);
    log.debug("d");
    log.info("i");
    log.warning("w");
    log.error("e");
    const auto all = lines();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_TRUE(all[0].ends_with("warning: w"));
    EXPECT_TRUE(all[1].ends_with("error: e"));
}

TEST_F(LogTest, GoesOnInANewFileAfterAReopen) {
    auto log = open();
    log.info("before");
    std::filesystem::rename(folder_.at("log"), folder_.at("log.1"));
    log.info("between");
    log.reopen();
    log.info("after");
    EXPECT_EQ(lines("log.1").size(), 2u);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_TRUE(lines()[0].ends_with("after"));
}

TEST_F(LogTest, AppendsToWhatIsThere) {
    open().info("first");
    open().info("second");
    EXPECT_EQ(lines().size(), 2u);
}

TEST_F(LogTest, RefusesAFileThatCannotBeOpened) {
    folder_.write("file", "");
    EXPECT_TRUE(test::fails_with(Fault::failed, Log::open({.file = folder_.at("file/log")})));
}

}  // namespace
}  // namespace mirrorseed
