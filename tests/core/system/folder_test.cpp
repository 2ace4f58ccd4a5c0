#include "core/system/folder.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mirrorseed {
namespace {

namespace errc = boost::system::errc;
using test::fails_with;
using test::ok;
using test::path;

class FolderTest : public testing::Test {
protected:
    std::vector<std::string> names(const Folder& folder) const {
        std::vector<std::string> found;
        const auto items = folder.items().value();
        for (const auto& item : items)
            found.push_back(item.name);
        return found;
    }

    std::string content(const Folder& folder, std::string_view name) const {
        const auto file = folder.open_file(path(name)).value();
        std::string text(100, '\0');
        text.resize(
            read_some(file, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, "it").value());
        return text;
    }

    test::TempFolder outer_;
    // The folder under test lies inside, so that there is something to escape to.
    Folder make(const char* name = "in") const { return Folder::make(outer_.at(name)).value(); }
};

TEST_F(FolderTest, OpensWhatIsInIt) {
    outer_.write("in/a/b", "hello");
    const auto folder = make();
    EXPECT_EQ(content(folder, "a/b"), "hello");
    EXPECT_EQ(content(folder.folder(path("a")).value(), "b"), "hello");
    EXPECT_EQ(content(folder.again().value(), "a/b"), "hello");
}

TEST_F(FolderTest, NoSymlinkLeadsOutOrOn) {
    outer_.write("secret/file", "secret");
    outer_.write("in/real/file", "fine");
    outer_.link("in/up", "../secret");
    outer_.link("in/absolute", outer_.at("secret"));
    outer_.link("in/inside", "real");
    outer_.link("in/file", "real/file");
    const auto folder = make();
    for (const auto* name : {"up/file", "absolute/file", "inside/file", "file"}) {
        EXPECT_TRUE(fails_with(errc::too_many_symbolic_link_levels, folder.open_file(path(name)))) << name;
        EXPECT_FALSE(folder.open_or_create_file(path(name))) << name;
    }
    for (const auto* name : {"up", "absolute", "inside"}) {
        EXPECT_FALSE(folder.folder(path(name))) << name;
        EXPECT_FALSE(folder.make_folder(path(name) / path("new"))) << name;
        EXPECT_FALSE(folder.create_file(path(name) / path("new"))) << name;
        EXPECT_FALSE(folder.make_link(path(name) / path("new"), "x")) << name;
        EXPECT_FALSE(folder.remove_file(path(name) / path("file"))) << name;
        EXPECT_FALSE(folder.facts(path(name) / path("file"))) << name;
    }
    EXPECT_EQ(outer_.read("secret/file"), "secret");
    EXPECT_FALSE(outer_.has("secret/new"));
}

TEST_F(FolderTest, FactsAreOfTheNameItself) {
    outer_.write("in/file", "12345", 1'700'000'000);
    outer_.mode("in/file", 0640);
    outer_.link("in/link", "file");
    outer_.link("in/dangling", "nowhere");
    const auto folder = make();
    const auto file = folder.facts(path("file")).value();
    EXPECT_TRUE(file.is_file);
    EXPECT_EQ(file.size, 5u);
    EXPECT_EQ(file.mode, 0640u);
    EXPECT_EQ(file.mtime, FileTime::from_seconds(1'700'000'000));
    EXPECT_EQ(file.links, 1u);
    EXPECT_TRUE(folder.facts(path("link")).value().is_link);
    EXPECT_TRUE(folder.facts(path("dangling")).value().is_link);
    EXPECT_EQ(folder.read_link(path("dangling")).value(), "nowhere");
    EXPECT_TRUE(folder.facts(RelPath()).value().is_folder);
    EXPECT_TRUE(fails_with(errc::no_such_file_or_directory, folder.facts(path("none"))));
}

TEST_F(FolderTest, APipeOrSocketIsRefusedWithoutWaiting) {
    const auto folder = make();
    ASSERT_EQ(::mkfifo(outer_.at("in/pipe").c_str(), 0644), 0);
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    outer_.at("in/socket").copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(fails_with(Fault::bad_input, folder.open_file(path("pipe"))));
    EXPECT_FALSE(folder.open_file(path("socket")));
    EXPECT_FALSE(folder.open_file(RelPath()));
    const auto facts = folder.facts(path("pipe")).value();
    EXPECT_FALSE(facts.is_file || facts.is_folder || facts.is_link);
}

TEST_F(FolderTest, ItemsComeInRawByteOrderWhateverTheirNames) {
    const std::vector<std::string> odd{" ", "-", "A", "Z", "\\", "a", "a\nb", "\xc3\xa4", "\xff\xfe"};
    for (const auto& name : odd)
        outer_.write("in/" + name, "x");
    EXPECT_EQ(names(make()), odd);
}

TEST_F(FolderTest, ItemsTellKindsAndTargetsAndCanBeAskedTwice) {
    outer_.write("in/folder/x", "");
    outer_.write("in/file", "abc");
    outer_.link("in/link", "fi\xffle");
    const auto folder = make();
    (void)folder.items().value();
    const auto items = folder.items().value();
    ASSERT_EQ(items.size(), 3u);
    EXPECT_TRUE(items[0].facts.is_file);
    EXPECT_EQ(items[0].facts.size, 3u);
    EXPECT_TRUE(items[1].facts.is_folder);
    EXPECT_TRUE(items[2].facts.is_link);
    EXPECT_EQ(items[2].target, "fi\xffle");
}

TEST_F(FolderTest, CreateRefusesWhatIsThereAndOpenOrCreateKeepsIt) {
    outer_.write("in/file", "old");
    const auto folder = make();
    EXPECT_TRUE(fails_with(errc::file_exists, folder.create_file(path("file"))));
    EXPECT_TRUE(ok(folder.open_or_create_file(path("file"))));
    EXPECT_EQ(content(folder, "file"), "old");
    EXPECT_TRUE(ok(folder.create_file(path("new"), 0600)));
    EXPECT_EQ(folder.facts(path("new")).value().mode, 0600u);
}

TEST_F(FolderTest, MakeFolderMakesWhatIsMissingAndLeavesModes) {
    const auto folder = make();
    EXPECT_TRUE(ok(folder.make_folder(path("a/b/c"))));
    outer_.mode("in/a", 0700);
    EXPECT_TRUE(ok(folder.make_folder(path("a/b/d"))));
    EXPECT_EQ(folder.facts(path("a")).value().mode, 0700u);
    outer_.write("in/file", "");
    EXPECT_FALSE(folder.make_folder(path("file/x")));
    EXPECT_FALSE(folder.make_folder(path("file")));
}

TEST_F(FolderTest, ReplaceFileLeavesTheNewContentAndNothingElse) {
    outer_.write("in/state", "old and longer");
    outer_.write("in/state.new", "left over from a crash");
    const auto folder = make();
    ASSERT_TRUE(ok(replace_file(folder, path("state"), as_bytes("new"), 0600)));
    EXPECT_EQ(outer_.read("in/state"), "new");
    EXPECT_EQ(names(folder), std::vector<std::string>{"state"});
    EXPECT_EQ(folder.facts(path("state")).value().mode, 0600u);
}

TEST_F(FolderTest, ReplaceFileLeavesTheOldContentWhenItFails) {
    outer_.write("in/state/inside", "old");  // a folder cannot be replaced by a file
    const auto folder = make();
    EXPECT_FALSE(replace_file(folder, path("state"), as_bytes("new")));
    EXPECT_EQ(outer_.read("in/state/inside"), "old");
    EXPECT_EQ(names(folder), std::vector<std::string>{"state"});
    EXPECT_FALSE(replace_file(folder, path("missing/state"), as_bytes("new")));
}

TEST_F(FolderTest, RemoveTreeFollowsNothing) {
    outer_.write("keep/file", "kept");
    outer_.write("in/tree/a/b/c", "gone");
    outer_.link("in/tree/a/out", outer_.at("keep"));
    outer_.link("in/tree/up", "../../keep");
    const auto folder = make();
    ASSERT_TRUE(ok(folder.remove_tree(path("tree"))));
    EXPECT_FALSE(outer_.has("in/tree"));
    EXPECT_EQ(outer_.read("keep/file"), "kept");
}

TEST_F(FolderTest, RemoveTreeTakesFilesAndLinksAndDoesNotMindWhatIsGone) {
    outer_.write("in/file", "");
    outer_.write("keep", "kept");
    outer_.link("in/link", "../keep");
    const auto folder = make();
    EXPECT_TRUE(ok(folder.remove_tree(path("file"))));
    EXPECT_TRUE(ok(folder.remove_tree(path("link"))));
    EXPECT_TRUE(ok(folder.remove_tree(path("never-was"))));
    EXPECT_TRUE(names(folder).empty());
    EXPECT_TRUE(outer_.has("keep"));
}

TEST_F(FolderTest, ExchangeSwapsAFileAndAFolder) {
    outer_.write("in/file", "file");
    outer_.write("in/folder/inside", "inside");
    const auto folder = make();
    ASSERT_TRUE(ok(folder.exchange(path("file"), folder, path("folder"))));
    EXPECT_EQ(outer_.read("in/file/inside"), "inside");
    EXPECT_EQ(outer_.read("in/folder"), "file");
    EXPECT_FALSE(folder.exchange(path("file"), folder, path("none")));
}

TEST_F(FolderTest, RenameNewNeverOverwrites) {
    outer_.write("in/a", "a");
    outer_.write("in/b", "b");
    const auto folder = make();
    EXPECT_TRUE(fails_with(errc::file_exists, folder.rename_new(path("a"), folder, path("b"))));
    EXPECT_EQ(outer_.read("in/b"), "b");
    EXPECT_TRUE(ok(folder.rename_new(path("a"), folder, path("c"))));
    EXPECT_TRUE(ok(folder.rename(path("c"), folder, path("b"))));
    EXPECT_EQ(outer_.read("in/b"), "a");
}

TEST_F(FolderTest, AHardLinkIsTheSameFile) {
    outer_.write("in/a", "a");
    outer_.link("in/link", "a");
    const auto folder = make(), other = make("other");
    ASSERT_TRUE(ok(folder.hard_link(path("a"), other, path("b"))));
    EXPECT_TRUE(folder.facts(path("a")).value().same_inode(other.facts(path("b")).value()));
    EXPECT_TRUE(fails_with(errc::file_exists, folder.hard_link(path("a"), other, path("b"))));
    // Of a link it is the link itself.
    ASSERT_TRUE(ok(folder.hard_link(path("link"), other, path("link"))));
    EXPECT_TRUE(other.facts(path("link")).value().is_link);
}

TEST_F(FolderTest, SetsModeAndTimeAndOfALinkTheTimeAlone) {
    outer_.write("in/file", "", 1);
    outer_.link("in/link", "file");
    const auto folder = make();
    const auto time = FileTime::from(1'600'000'000, 123'456'789);
    ASSERT_TRUE(
        ok(folder.set_mode_and_time(path("link"), {.kind = EntryKind::link, .mode = 0777, .mtime = time})));
    EXPECT_EQ(folder.facts(path("link")).value().mtime, time);
    EXPECT_EQ(folder.facts(path("file")).value().mtime, FileTime::from_seconds(1));
    ASSERT_TRUE(
        ok(folder.set_mode_and_time(path("file"), {.mode = 0600, .mtime = FileTime::from_seconds(-5)})));
    EXPECT_EQ(folder.facts(path("file")).value().mode, 0600u);
    EXPECT_EQ(folder.facts(path("file")).value().mtime, FileTime::from_seconds(-5));
}

TEST_F(FolderTest, SameStateTellsWhetherSomebodyWrote) {
    outer_.write("in/file", "12345", 1000);
    const auto folder = make();
    const auto before = folder.facts(path("file")).value();
    EXPECT_TRUE(before.same_state(folder.facts(path("file")).value()));
    outer_.write("in/file", "123456", 1000);
    EXPECT_FALSE(before.same_state(folder.facts(path("file")).value()));
    EXPECT_TRUE(before.same_inode(folder.facts(path("file")).value()));
}

TEST_F(FolderTest, ReadFileHasALimit) {
    outer_.write("file", "12345");
    EXPECT_EQ(read_file(outer_.at("file")).value(), "12345");
    EXPECT_EQ(read_file(outer_.at("file"), 5).value(), "12345");
    EXPECT_TRUE(fails_with(Fault::bad_input, read_file(outer_.at("file"), 4)));
    EXPECT_TRUE(fails_with(errc::no_such_file_or_directory, read_file(outer_.at("none"))));
}

TEST_F(FolderTest, ADescriptorIsClosedOnceByItsLastOwner) {
    Descriptor first(::dup(0));
    const auto number = first.get();
    Descriptor second = std::move(first);
    EXPECT_FALSE(first.is_open());
    EXPECT_EQ(second.get(), number);
    second = Descriptor();
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST_F(FolderTest, OpenTellsWhatIsMissing) {
    EXPECT_TRUE(fails_with(errc::no_such_file_or_directory, Folder::open(outer_.at("none"))));
    outer_.write("file", "");
    EXPECT_TRUE(fails_with(errc::not_a_directory, Folder::open(outer_.at("file"))));
    EXPECT_TRUE(ok(Folder::make(outer_.at("new/er/est"))));
    EXPECT_GT(space_at(outer_.path()).value().free, 0u);
}

}  // namespace
}  // namespace mirrorseed
