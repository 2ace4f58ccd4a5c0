#include "core/store/blob_store.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <array>
#include <filesystem>

namespace mirrorseed {
namespace {

const AskExisting keep = [] { return Existing::keep; };
const AskExisting replace = [] { return Existing::replace; };

namespace fs = std::filesystem;
using test::digest_of_text;
using test::fails_with;
using test::ok;
using test::path;

constexpr UnixTime noon = 1'700'000'000;

Entry facts(std::uint32_t mode = 0644, UnixTime time = noon) {
    return {.mode = mode, .mtime = FileTime::from_seconds(time)};
}

class Diary final : public ByteObserver {
public:
    void see(ByteSpan bytes) override {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    std::string text;
};

class BlobStoreTest : public testing::Test {
protected:
    std::string place(std::string_view content) const {
        const auto hex = digest_of_text(content).hex();
        return "store/blobs/sha256/" + hex.substr(0, 2) + "/" + hex;
    }

    Result<bool> put(std::string_view content, const Entry& entry = facts(),
                     const AskExisting& existing = keep) const {
        temp_.write("store/staging/debian/it", content);
        return blobs_.put(staging_, path("it"), digest_of_text(content), entry, existing);
    }

    Status show(std::string_view content, const Entry& entry, std::string_view name) const {
        return blobs_.show_at(digest_of_text(content), entry, shown_, path(name));
    }

    FileFacts blob(std::string_view content) const { return blobs_.facts(digest_of_text(content)).value(); }
    FileFacts shown(std::string_view name) const { return shown_.facts(path(name)).value(); }

    std::vector<Digest> all() const {
        std::vector<Digest> found;
        const auto walked = blobs_.each([&](const Digest& digest, const FileFacts&) {
            found.push_back(digest);
            return Status();
        });
        EXPECT_TRUE(ok(walked));
        return found;
    }

    test::TempFolder temp_;
    BlobStore blobs_ = BlobStore::open(temp_.at("store")).value();
    Folder staging_ = blobs_.staging("debian").value();
    Folder shown_ = Folder::make(temp_.at("shown")).value();
};

TEST_F(BlobStoreTest, AContentTakesItsName) {
    const auto is_new = put("hello", facts(0640));
    ASSERT_TRUE(ok(is_new));
    EXPECT_TRUE(*is_new);
    EXPECT_TRUE(blobs_.has(digest_of_text("hello")));
    EXPECT_EQ(temp_.read(place("hello")), "hello");
    EXPECT_EQ(blob("hello").mode, 0640u);
    EXPECT_EQ(blob("hello").mtime, FileTime::from_seconds(noon));
    EXPECT_FALSE(temp_.has("store/staging/debian/it"));
    EXPECT_TRUE(ok(blobs_.sync()));
}

TEST_F(BlobStoreTest, TheSameContentTwiceCostsNothing) {
    ASSERT_TRUE(ok(put("hello")));
    const auto before = blob("hello");
    const auto is_new = put("hello", facts(0600, noon + 5));
    ASSERT_TRUE(ok(is_new));
    EXPECT_FALSE(*is_new);
    EXPECT_TRUE(blob("hello").same_state(before));
    EXPECT_FALSE(temp_.has("store/staging/debian/it"));
}

TEST_F(BlobStoreTest, PutTellsOfAStagingFileThatIsNotThere) {
    EXPECT_FALSE(blobs_.put(staging_, path("none"), digest_of_text("x"), facts(), keep));
    EXPECT_FALSE(blobs_.has(digest_of_text("x")));
}

TEST_F(BlobStoreTest, PutBringsTheBytesOverFromAnotherFileSystem) {
    struct stat here {
    }, there{};
    ASSERT_TRUE(::stat("/dev/shm", &there) == 0 && ::stat(temp_.path().c_str(), &here) == 0);
    ASSERT_NE(here.st_dev, there.st_dev) << "/dev/shm is no other file system than the temporary folder";
    const std::string elsewhere = "/dev/shm/mirrorseed-test-" + fs::path(temp_.path()).filename().string();
    fs::create_directories(elsewhere);
    const auto far = Folder::open(elsewhere).value();
    ASSERT_TRUE(ok(replace_file(far, path("it"), as_bytes("from afar"))));
    const auto is_new = blobs_.put(far, path("it"), digest_of_text("from afar"), facts(0600), keep);
    ASSERT_TRUE(ok(is_new));
    EXPECT_TRUE(*is_new);
    EXPECT_EQ(temp_.read(place("from afar")), "from afar");
    EXPECT_EQ(blob("from afar").mode, 0600u);
    EXPECT_EQ(blob("from afar").mtime, FileTime::from_seconds(noon));
    EXPECT_FALSE(far.facts(path("it")));
    EXPECT_EQ(all().size(), 1u);
    fs::remove_all(elsewhere);
}

TEST_F(BlobStoreTest, AdoptSharesTheFileAndKeepsItsMode) {
    temp_.write("old/file", "hello", noon);
    temp_.mode("old/file", 0604);
    const auto old = Folder::open(temp_.at("old")).value();
    const auto adopted = blobs_.adopt(old, path("file"), digest_of_text("hello"), keep);
    ASSERT_TRUE(ok(adopted));
    EXPECT_TRUE(*adopted);
    EXPECT_TRUE(blob("hello").same_inode(old.facts(path("file")).value()));
    EXPECT_EQ(blob("hello").mode, 0604u);
    EXPECT_EQ(blob("hello").mtime, FileTime::from_seconds(noon));
    EXPECT_FALSE(blobs_.adopt(old, path("file"), digest_of_text("hello"), keep).value());
    EXPECT_TRUE(old.facts(path("file")));
}

TEST_F(BlobStoreTest, AdoptTakesThePlaceOfABlobThatNobodyVouchesFor) {
    temp_.write(place("hello"), "h\0\0\0\0");
    temp_.write("old/file", "hello", noon);
    const auto old = Folder::open(temp_.at("old")).value();
    // Twice: a tree may hold the content under two names.
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(ok(blobs_.adopt(old, path("file"), digest_of_text("hello"), replace)));
        EXPECT_TRUE(blob("hello").same_inode(old.facts(path("file")).value()));
        EXPECT_EQ(temp_.read("old/file"), "hello");
    }
    EXPECT_EQ(blob("hello").links, 2u);
    EXPECT_EQ(all().size(), 1u);
}

TEST_F(BlobStoreTest, PutTakesThePlaceOfABlobThatNobodyVouchesFor) {
    temp_.write(place("hello"), "hxllo");
    ASSERT_TRUE(ok(put("hello", facts(0640), replace)));
    EXPECT_EQ(temp_.read(place("hello")), "hello");
    EXPECT_EQ(blob("hello").mode, 0640u);
    EXPECT_TRUE(put("new here", facts(), replace).value());
    EXPECT_FALSE(temp_.has("store/staging/debian/it"));
}

TEST_F(BlobStoreTest, ShowSharesTheInodeWhenModeAndTimeAreEqual) {
    ASSERT_TRUE(ok(put("hello")));
    ASSERT_TRUE(ok(show("hello", facts(), "a")));
    ASSERT_TRUE(ok(show("hello", facts(), "b")));
    EXPECT_TRUE(shown("a").same_inode(blob("hello")));
    EXPECT_TRUE(shown("b").same_inode(blob("hello")));
    EXPECT_EQ(blob("hello").links, 3u);
}

TEST_F(BlobStoreTest, ShowCopiesWhenModeOrTimeDiffer) {
    ASSERT_TRUE(ok(put("hello")));
    ASSERT_TRUE(ok(show("hello", facts(), "a")));
    ASSERT_TRUE(ok(show("hello", facts(0600), "mode")));
    ASSERT_TRUE(ok(show("hello", facts(0644, noon + 1), "time")));
    for (const auto* name : {"mode", "time"}) {
        EXPECT_FALSE(shown(name).same_inode(blob("hello"))) << name;
        EXPECT_EQ(temp_.read(std::string("shown/") + name), "hello");
    }
    EXPECT_EQ(shown("mode").mode, 0600u);
    EXPECT_EQ(shown("time").mtime, FileTime::from_seconds(noon + 1));
    EXPECT_EQ(shown("a").mode, 0644u);
    EXPECT_EQ(shown("a").mtime, FileTime::from_seconds(noon));
}

TEST_F(BlobStoreTest, ABlobIsDressedWithEachOfItsNames) {
    ASSERT_TRUE(ok(put("hello")));
    ASSERT_TRUE(ok(show("hello", facts(), "a")));
    const auto dressed = blobs_.dress(digest_of_text("hello"), facts(0600, noon + 1));
    ASSERT_TRUE(ok(dressed));
    EXPECT_TRUE(shown("a").same_state(*dressed));
    EXPECT_EQ(dressed->mode, 0600u);
    EXPECT_EQ(dressed->mtime, FileTime::from_seconds(noon + 1));
    EXPECT_FALSE(blobs_.dress(digest_of_text("unknown"), facts()));
}

TEST_F(BlobStoreTest, ACopyIsNoLinkHoweverAlikeItIs) {
    ASSERT_TRUE(ok(put("hello")));
    ASSERT_TRUE(ok(blobs_.copy_to(digest_of_text("hello"), facts(), shown_, path("a"))));
    EXPECT_FALSE(shown("a").same_inode(blob("hello")));
    EXPECT_EQ(shown("a").mtime, blob("hello").mtime);
    (void)blobs_.copies_are_free();
    EXPECT_EQ(all().size(), 1u);
}

TEST_F(BlobStoreTest, ShowNeverOverwrites) {
    ASSERT_TRUE(ok(put("hello")));
    temp_.write("shown/a", "mine");
    EXPECT_TRUE(fails_with(boost::system::errc::file_exists, show("hello", facts(), "a")));
    EXPECT_EQ(temp_.read("shown/a"), "mine");
    EXPECT_FALSE(show("unknown", facts(), "b"));
}

TEST_F(BlobStoreTest, EachTellsOfEveryBlobAndSkipsStrangers) {
    ASSERT_TRUE(ok(put("one")));
    ASSERT_TRUE(ok(put("two")));
    temp_.write("store/blobs/sha256/README", "x");
    temp_.write("store/blobs/sha256/ab/not-a-digest", "x");
    temp_.write("store/blobs/sha256/" + digest_of_text("x").hex() + ".new", "x");
    fs::create_directories(temp_.at(place("a folder")));
    auto found = all();
    std::vector<Digest> wanted{digest_of_text("one"), digest_of_text("two")};
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(found, wanted);
}

// Nobody could open or remove it by its digest.
TEST_F(BlobStoreTest, EachSkipsADigestThatLiesInTheWrongFolder) {
    temp_.write("store/blobs/sha256/zz/" + digest_of_text("lost").hex(), "lost");
    EXPECT_TRUE(all().empty());
}

TEST_F(BlobStoreTest, EachStopsWhereItIsToldTo) {
    ASSERT_TRUE(ok(put("one")));
    ASSERT_TRUE(ok(put("two")));
    int seen = 0;
    const auto stopped = blobs_.each([&](const Digest&, const FileFacts&) {
        ++seen;
        return Status(Error(Fault::refused, "enough"));
    });
    EXPECT_TRUE(fails_with(Fault::refused, stopped));
    EXPECT_EQ(seen, 1);
}

TEST_F(BlobStoreTest, RemoveTakesTheBlobAway) {
    ASSERT_TRUE(ok(put("hello")));
    ASSERT_TRUE(ok(blobs_.remove(digest_of_text("hello"))));
    EXPECT_FALSE(blobs_.has(digest_of_text("hello")));
    EXPECT_FALSE(blobs_.remove(digest_of_text("hello")));
    EXPECT_FALSE(blobs_.open_blob(digest_of_text("hello")));
}

TEST_F(BlobStoreTest, ABlobIsNoLink) {
    temp_.write("secret", "hello");
    temp_.link(place("hello"), temp_.at("secret"));
    EXPECT_FALSE(blobs_.open_blob(digest_of_text("hello")));
}

TEST_F(BlobStoreTest, OpenToReadMakesNothing) {
    EXPECT_FALSE(BlobStore::open_to_read(temp_.at("elsewhere")));
    EXPECT_FALSE(temp_.has("elsewhere"));
    temp_.write("empty/file", "");
    EXPECT_FALSE(BlobStore::open_to_read(temp_.at("empty")));
    EXPECT_FALSE(temp_.has("empty/blobs"));
    ASSERT_TRUE(ok(put("hello")));
    EXPECT_TRUE(BlobStore::open_to_read(temp_.at("store")).value().has(digest_of_text("hello")));
}

TEST_F(BlobStoreTest, StagingIsOneFolderForATree) {
    EXPECT_TRUE(temp_.has("store/staging/debian"));
    EXPECT_FALSE(blobs_.staging("../debian"));
}

TEST_F(BlobStoreTest, AnIntakeHashesAndShowsWhatItWrites) {
    Diary first, second;
    const std::array<ByteObserver*, 2> observers{&first, &second};
    auto intake = Intake::open(staging_, path("it"), 0, observers).value();
    ASSERT_TRUE(ok(intake.write(as_bytes("hel"))));
    ASSERT_TRUE(ok(intake.write(as_bytes("lo"))));
    EXPECT_EQ(intake.size(), 5u);
    EXPECT_EQ(intake.finish(), digest_of_text("hello"));
    EXPECT_EQ(first.text, "hello");
    EXPECT_EQ(second.text, "hello");
    EXPECT_EQ(temp_.read("store/staging/debian/it"), "hello");
    EXPECT_EQ(staging_.facts(path("it")).value().mode, 0600u);
}

TEST_F(BlobStoreTest, AResumedIntakeHashesWhatIsThereAndForgetsWhatIsNotKept) {
    temp_.write("store/staging/debian/it", "hello, unsynced rubbish");
    Diary diary;
    const std::array<ByteObserver*, 1> observers{&diary};
    auto intake = Intake::open(staging_, path("it"), 5, observers).value();
    EXPECT_EQ(intake.size(), 5u);
    ASSERT_TRUE(ok(intake.write(as_bytes(" world"))));
    EXPECT_EQ(intake.finish(), digest_of_text("hello world"));
    EXPECT_EQ(diary.text, "hello world");
    EXPECT_EQ(temp_.read("store/staging/debian/it"), "hello world");
}

TEST_F(BlobStoreTest, AnIntakeTellsEveryStepOnce) {
    std::vector<Bytes> steps;
    auto intake = Intake::open(staging_, path("it"), 0, {}).value();
    intake.every(10, [&](Bytes size) {
        steps.push_back(size);
        return Status();
    });
    for (int i = 0; i < 8; ++i)
        ASSERT_TRUE(ok(intake.write(as_bytes("1234"))));
    EXPECT_EQ(steps, (std::vector<Bytes>{12, 20, 32}));
}

TEST_F(BlobStoreTest, AnIntakeTellsOfItsOwnDisksTrouble) {
    auto intake = Intake::open(staging_, path("it"), 0, {}).value();
    std::optional<Error> told;
    intake.on_trouble([&](const Error& error) { told = error; });
    intake.every(1, [](Bytes) { return Status(Error(Fault::no_space, "full")); });
    EXPECT_TRUE(fails_with(Fault::no_space, intake.write(as_bytes("x"))));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->text(), "full");
}

TEST_F(BlobStoreTest, ReadingAFileStopsWhereItIsToldTo) {
    temp_.write("file", "hello");
    const auto folder = Folder::open(temp_.path()).value();
    EXPECT_EQ(digest_of(folder.open_file(path("file")).value(), "file").value(), digest_of_text("hello"));
    const auto stopped = read_through(folder.open_file(path("file")).value(), "file",
                                      [](ByteSpan) { return Status(Error(Fault::refused, "enough")); });
    EXPECT_TRUE(fails_with(Fault::refused, stopped));
}

}  // namespace
}  // namespace mirrorseed
