#include "sync/file_upstream.hpp"

#include "sync/run/open_upstream.hpp"

#include "tests/support/one_order.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::fails_with;
using test::ok;
using test::path;

constexpr UnixTime noon = 1'700'000'000;

class FileUpstreamTest : public testing::Test {
protected:
    std::unique_ptr<Upstream> open() const {
        return open_upstream("file://" + temp_.path() + "/up/").value();
    }

    Listing list(const Selection& selection = {}) {
        temp_.write("up/.keep", "");
        return open()->list(selection, progress_).value();
    }

    std::vector<std::string> paths(const Listing& listing) const {
        std::vector<std::string> all;
        for (const auto& folder : listing.folders())
            for (std::size_t at = 0; at < folder.size(); ++at)
                if (folder.name(at) != ".keep") all.push_back((folder.path() / path(folder.name(at))).str());
        return all;
    }

    Status fetch(std::string_view name, const Entry& expected, Bytes from = 0,
                 Sureness sureness = Sureness::exact) {
        test::OneOrder order(Folder::make(temp_.at("staging")).value(), path("it"),
                             {.item = {path(name), expected}, .sureness = sureness}, from);
        open()->bring(order, progress_);
        told_ = order.told;
        return order.outcome.value();
    }

    using Names = std::vector<std::string>;
    test::TempFolder temp_;
    Progress progress_;
    std::optional<Told> told_;
};

TEST_F(FileUpstreamTest, ListsFilesFoldersAndLinksWithTheirFacts) {
    temp_.write("up/d/f", "hello", noon);
    temp_.mode("up/d/f", 04755);
    temp_.link("up/l", "d/f");
    const auto listing = list();
    EXPECT_EQ(paths(listing), (Names{"d", "l", "d/f"}));
    const auto file = listing.find(path("d/f")).value();
    EXPECT_EQ(file.size, 5u);
    EXPECT_EQ(file.mtime, FileTime::from_seconds(noon));
    EXPECT_EQ(file.mode, 0755u);  // set-user-id means nothing in a release tree
    EXPECT_FALSE(file.digest);
    EXPECT_EQ(listing.find(path("l"))->target, "d/f");
    EXPECT_EQ(listing.find(path("d"))->kind, EntryKind::folder);
}

TEST_F(FileUpstreamTest, APipeIsLeftOutAndTold) {
    temp_.write("up/f", "x");
    ASSERT_EQ(::mkfifo(temp_.at("up/pipe").c_str(), 0644), 0);
    const auto listing = list();
    EXPECT_EQ(paths(listing), Names{"f"});
    ASSERT_EQ(listing.left_out().size(), 1u);
    EXPECT_EQ(listing.left_out()[0].path, path("pipe"));
}

TEST_F(FileUpstreamTest, NamesAreBytes) {
    temp_.write("up/\xff\xfe/a\nb", "x");
    const auto listing = list();
    EXPECT_EQ(paths(listing), (Names{"\xff\xfe", "\xff\xfe/a\nb"}));
    EXPECT_TRUE(ok(fetch("\xff\xfe/a\nb", *listing.find(path("\xff\xfe/a\nb")))));
    EXPECT_EQ(temp_.read("staging/it"), "x");
}

TEST_F(FileUpstreamTest, GoesOnlyWhereTheSelectionDoes) {
    for (const auto* name : {"up/iso/a.iso", "up/iso/a.part", "up/src/x", "up/src/y/z"})
        temp_.write(name, "x");
    const Selection selection({Glob::parse("iso/**").value()},
                              {Glob::parse("*.part").value(), Glob::parse("src").value()});
    EXPECT_EQ(paths(list(selection)), (Names{"iso", "iso/a.iso"}));
}

TEST_F(FileUpstreamTest, FetchesTheWholeFileOrItsRest) {
    temp_.write("up/f", "hello world");
    const auto entry = *list().find(path("f"));
    ASSERT_TRUE(ok(fetch("f", entry)));
    EXPECT_EQ(temp_.read("staging/it"), "hello world");
    temp_.write("staging/it", "HELLO rubbish");
    ASSERT_TRUE(ok(fetch("f", entry, 5)));
    EXPECT_EQ(temp_.read("staging/it"), "HELLO world");
}

TEST_F(FileUpstreamTest, AFileThatIsNoLongerAsListedHasChanged) {
    temp_.write("up/size", "hello", noon);
    temp_.write("up/time", "hello", noon);
    temp_.write("up/gone", "hello", noon);
    const auto listing = list();
    temp_.write("up/size", "hello!", noon);
    temp_.write("up/time", "hellx", noon + 1);
    temp_.remove("up/gone");
    for (const auto* name : {"size", "time"})
        EXPECT_TRUE(fails_with(Fault::changed, fetch(name, *listing.find(path(name))))) << name;
    EXPECT_TRUE(fails_with(Fault::not_found, fetch("gone", *listing.find(path("gone")))));
}

TEST_F(FileUpstreamTest, TellsTheTimeOfAFileThatWasListedWithoutAnExactOne) {
    temp_.write("up/f", "hello", noon);
    auto listed = *list().find(path("f"));
    ASSERT_TRUE(ok(fetch("f", listed)));
    EXPECT_FALSE(told_->mtime);
    listed.mtime = {};
    for (const auto time : {Sure::rough, Sure::none}) {
        ASSERT_TRUE(ok(fetch("f", listed, 0, {Sure::exact, time})));
        EXPECT_EQ(told_->mtime, FileTime::from_seconds(noon));
    }
    listed.size = 6;
    EXPECT_TRUE(fails_with(Fault::changed, fetch("f", listed, 0, {Sure::exact, Sure::none})));
    ASSERT_TRUE(ok(fetch("f", listed, 0, {Sure::rough, Sure::none})));
    EXPECT_EQ(temp_.read("staging/it"), "hello");
    EXPECT_TRUE(fails_with(Fault::changed, fetch("f", listed, 0, {Sure::rough, Sure::exact})));
}

TEST_F(FileUpstreamTest, APartOfAFileThatNobodyDatesIsNotGoneOnWith) {
    temp_.write("up/f", "hello world");
    temp_.write("staging/it", "HELLO rubbish");
    const auto listed = *list().find(path("f"));
    ASSERT_TRUE(ok(fetch("f", listed, 5, {Sure::exact, Sure::none})));
    EXPECT_EQ(temp_.read("staging/it"), "hello world");
}

TEST_F(FileUpstreamTest, AFileThatBecameALinkOrAPipeIsNotFollowed) {
    temp_.write("secret", "hello");
    temp_.write("up/f", "hello");
    const auto entry = *list().find(path("f"));
    temp_.remove("up/f");
    temp_.link("up/f", "../secret");
    EXPECT_FALSE(fetch("f", entry));
    temp_.remove("up/f");
    ASSERT_EQ(::mkfifo(temp_.at("up/f").c_str(), 0644), 0);
    EXPECT_FALSE(fetch("f", entry));
    EXPECT_EQ(temp_.read("staging/it"), "");
}

TEST_F(FileUpstreamTest, LookTellsTheEntryAsItIsNow) {
    temp_.write("up/f", "hello", noon);
    temp_.link("up/l", "f");
    temp_.link("up/out", "../f");
    temp_.link("up/loose", "none");
    const auto upstream = open();
    EXPECT_EQ(upstream->look(path("f"), progress_).value()->size, 5u);
    EXPECT_EQ(upstream->look(path("l"), progress_).value()->size, 5u) << "what is behind it";
    EXPECT_FALSE(upstream->look(path("out"), progress_).value());
    EXPECT_FALSE(upstream->look(path("loose"), progress_).value());
    EXPECT_FALSE(upstream->look(path("none"), progress_).value());
    EXPECT_FALSE(upstream->look(path("no/where"), progress_).value());
}

TEST_F(FileUpstreamTest, StopsWhenItIsAskedTo) {
    temp_.write("up/f", "x");
    progress_.request_stop();
    EXPECT_TRUE(fails_with(Fault::refused, open()->list({}, progress_)));
    EXPECT_TRUE(fails_with(Fault::refused, fetch("f", open()->look(path("f"), progress_).value().value())));
}

TEST_F(FileUpstreamTest, AUrlIsPercentEncoded) {
    temp_.write("with space/f", "x");
    EXPECT_TRUE(ok(open_upstream("file://" + temp_.path() + "/with%20space/")));
    for (const auto* url :
         {"file://host/x", "file:relative", "file://", "file:///a%", "file:///a%00b", "file:///none/such"})
        EXPECT_FALSE(open_upstream(url)) << url;
}

TEST(Upstream, AnUnknownSchemeIsRefusedWithoutItsPassword) {
    for (const auto* url : {"ftp://user:secret@host/", "gopher://user:secret@host/", "/plain/path", ""})
        EXPECT_TRUE(fails_with(Fault::bad_input, open_upstream(url))) << url;
    EXPECT_EQ(open_upstream("ftp://user:secret@host/").error().text().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace mirrorseed::sync
