#include "sync/run/mirrors_of_metalinks.hpp"

#include "sync/run/open_upstream.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

class MirrorsOfMetalinks : public testing::Test {
protected:
    std::string metalink(const std::string& urls) {
        folder_.write("os.metalink", "<metalink><files><file name=\"repomd.xml\"><hash type=\"sha256\">" +
                                         std::string(64, '1') + "</hash>" + urls +
                                         "</file></files></metalink>");
        return "file://" + folder_.at("os.metalink");
    }
    static std::string url(const std::string& mirror) {
        return "<url>" + mirror + "os/repodata/repomd.xml</url>";
    }
    Wish resolved(std::vector<std::string> upstreams, Wish wish = {}) {
        wish.upstreams = std::move(upstreams);
        wish.metalinks.repo = RelPath::parse("os").value();
        return with_mirrors(wish, progress_);
    }

    const test::TempFolder folder_;
    Progress progress_;
};

using Urls = std::vector<std::string>;

TEST_F(MirrorsOfMetalinks, StandInTheirPlaceOnceEach) {
    const auto link =
        metalink(url("https://a/x/") + url("file:///b/") + url("https://a/x/") + url("http://c/"));
    const auto wish = resolved({"rsync://first/m/", link, "https://last/"});
    EXPECT_EQ(wish.upstreams,
              (Urls{"rsync://first/m/", "https://a/x/", "file:///b/", "http://c/", "https://last/"}));
    EXPECT_EQ(wish.metalinks.vouched.size(), 3u);
    EXPECT_FALSE(wish.metalinks.vouched.contains("https://last/"));
    EXPECT_TRUE(wish.metalinks.of_others.empty()) << "a file of ours named them";
}

TEST_F(MirrorsOfMetalinks, AreThoseThatCanBeHeldAgainstIt) {
    const auto link = metalink(url("rsync://a/m/") + url("ftp://a/") + url("https://user:word@a/") +
                               url("https://a/?x=") + url("https://good/"));
    EXPECT_EQ(resolved({link}).upstreams, Urls{"https://good/"});
    EXPECT_EQ(resolved({link, "https://good/"}).upstreams, (Urls{"https://good/"}))
        << "what the operator names too is an upstream of his";
}

TEST_F(MirrorsOfMetalinks, AreRememberedForOneFileOfMany) {
    Wish of_sync;
    of_sync.metalinks.memory = std::make_shared<MetalinkMemory>();
    auto of_file = of_sync;
    of_file.metalinks.may_be_remembered = true;
    const auto link = metalink(url("https://a/"));
    EXPECT_EQ(resolved({link}, of_file).upstreams, Urls{"https://a/"}) << "nothing is remembered yet";
    metalink(url("https://b/"));
    EXPECT_EQ(resolved({link}, of_file).upstreams, Urls{"https://a/"});
    EXPECT_EQ(resolved({link}, of_sync).upstreams, Urls{"https://b/"});
    EXPECT_EQ(resolved({link}, of_file).upstreams, Urls{"https://b/"}) << "as the sync read it";
    folder_.remove("os.metalink");
    EXPECT_EQ(resolved({link}, of_file).upstreams, Urls{"https://b/"});
}

TEST(MetalinkMemory, IsGoodForAnHour) {
    MetalinkMemory memory;
    const MetalinkMemory::Time then{std::chrono::hours(5)};
    memory.note("url", "text", then);
    EXPECT_EQ(memory.find("url", then + std::chrono::minutes(59)), "text");
    EXPECT_FALSE(memory.find("url", then + std::chrono::minutes(60)));
    EXPECT_FALSE(memory.find("other", then));
}

TEST_F(MirrorsOfMetalinks, AreNotKnownWhereItCannotBeRead) {
    const auto gone = "file://" + folder_.at("gone.metalink");
    const auto wish = resolved({gone, "http://a/metalink", "https://b/"});
    EXPECT_EQ(wish.upstreams, (Urls{gone, "http://a/metalink", "https://b/"}));
    ASSERT_EQ(wish.metalinks.unread.size(), 2u);
    const auto opened = open_upstream("http://a/metalink", wish);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().text().find("over https alone"), std::string::npos);
}

}  // namespace
}  // namespace mirrorseed::sync
