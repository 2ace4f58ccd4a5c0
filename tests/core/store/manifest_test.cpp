#include "core/store/manifest.hpp"

#include "core/store/manifest_line.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mirrorseed {
namespace {

namespace fs = std::filesystem;
using test::digest_of_text;
using test::fails_with;
using test::ok;
using test::path;

class ManifestTest : public testing::Test {
protected:
    ManifestTest() { catalogue_.trees().set_lineage(tree_, "f00d"); }

    Entry file(std::string_view content) {
        catalogue_.contents().add_blob(digest_of_text(content), content.size(), 0);
        return {
            .size = content.size(), .mtime = FileTime::from_seconds(1000), .digest = digest_of_text(content)};
    }
    Entry hidden(std::string_view content) {
        auto entry = file(content);
        entry.hidden = true;
        return entry;
    }
    static Entry folder() { return {.kind = EntryKind::folder, .mode = 0755}; }

    void put(std::string_view name, const Entry& entry) {
        const auto where = path(name);
        catalogue_.entries().put(tree_, 1, where.parent(), where.name(), entry);
    }

    Result<Digest> write() {
        const GenerationRow row{.number = 1, .published = 2000, .entries = 3, .files = 2, .bytes = 10};
        catalogue_.trees().publish(tree_, row);
        return write_manifest(manifests_, catalogue_, catalogue_.trees().find("debian").value(), row);
    }

    // Every entry up to the end or the first error.
    Result<std::vector<PathEntry>> read() const {
        auto reader = ManifestReader::open(manifests_, {1});
        if (!reader) return reader.error();
        std::vector<PathEntry> all;
        for (;;) {
            auto entry = reader->next();
            if (!entry) return entry.error();
            if (!*entry) return all;
            all.push_back(**entry);
        }
    }

    std::vector<std::string> paths() const {
        std::vector<std::string> all;
        const auto entries = read().value();
        for (const auto& entry : entries)
            all.push_back(entry.path.str());
        return all;
    }

    std::string bytes(const char* name) const { return temp_.read(std::string("manifests/") + name); }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    Catalogue catalogue_ = Catalogue::open(temp_.at("catalogue.db"));
    TreeId tree_ = catalogue_.trees().ensure("debian").id;
    Folder manifests_ = Folder::make(temp_.at("manifests")).value();
};

TEST_F(ManifestTest, IsInRawPathOrderAcrossFolders) {
    for (const auto* name : {"a", "a-b", "a0", "a/b"})
        put(name, folder());
    for (const auto* name : {"a/b/x", "a/b-", "a/b0", "a-b/x", "a0/x", "\xff"})
        put(name, file("x"));
    ASSERT_TRUE(ok(write()));
    EXPECT_EQ(paths(), (std::vector<std::string>{"a", "a-b", "a-b/x", "a/b", "a/b-", "a/b/x", "a/b0", "a0",
                                                 "a0/x", "\xff"}));
}

TEST_F(ManifestTest, EveryEntryComesBack) {
    put("d", folder());
    put("d/f", file("hello"));
    put("l", {.kind = EntryKind::link, .mode = 0777, .target = "d/f"});
    ASSERT_TRUE(ok(write()));
    const auto all = read().value();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0], (PathEntry{path("d"), folder()}));
    EXPECT_EQ(all[1], (PathEntry{path("d/f"), file("hello")}));
    EXPECT_EQ(all[2].entry.target, "d/f");
}

TEST_F(ManifestTest, ItsDigestIsOfThePublicLines) {
    put("a", file("1"));
    put("b", hidden("secret"));
    put("c", file("2"));
    std::string lines;
    append_manifest_line(lines, "a", file("1"));
    append_manifest_line(lines, "c", file("2"));
    EXPECT_EQ(write().value(), digest_of_text(lines));
}

TEST_F(ManifestTest, HiddenEntriesStandInAFileOfTheirOwn) {
    put("a", file("1"));
    put("b", hidden("secret"));
    put("c", file("2"));
    ASSERT_TRUE(ok(write()));
    EXPECT_EQ(manifests_.facts(path("1.private.zst")).value().mode, 0600u);
    const auto all = read().value();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[1], (PathEntry{path("b"), hidden("secret")}));
    EXPECT_FALSE(all[0].entry.hidden);
    EXPECT_FALSE(all[2].entry.hidden);
    fs::remove(temp_.at("manifests/1.private.zst"));
    EXPECT_EQ(paths(), (std::vector<std::string>{"a", "c"}));
}

TEST_F(ManifestTest, HiddenEntriesAloneKeepTheirState) {
    put("a", hidden("1"));
    put("b", hidden("2"));
    ASSERT_TRUE(ok(write()));
    const auto all = read().value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_TRUE(all[0].entry.hidden && all[1].entry.hidden);
}

TEST_F(ManifestTest, NoPrivateFileIsMadeWhenNothingIsHidden) {
    put("a", file("1"));
    ASSERT_TRUE(ok(write()));
    EXPECT_FALSE(temp_.has("manifests/1.private.zst"));
    EXPECT_FALSE(temp_.has("manifests/1.private.zst.new"));
    EXPECT_FALSE(temp_.has("manifests/1.zst.new"));
}

TEST_F(ManifestTest, AnEmptyGenerationHasAnEmptyManifest) {
    EXPECT_EQ(write().value(), digest_of_text(""));
    EXPECT_TRUE(paths().empty());
}

TEST_F(ManifestTest, DamageAtAnyByteIsToldOrChangesNothing) {
    put("a", file("1"));
    put("b", file("2"));
    ASSERT_TRUE(ok(write()));
    const auto good = bytes("1.zst");
    const auto entries = read().value();
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x40);
        temp_.write("manifests/1.zst", bad);
        const auto all = read();
        if (all) {
            EXPECT_EQ(*all, entries) << at;
        }
    }
}

TEST_F(ManifestTest, AFileThatIsCutShortIsDamaged) {
    put("a", file("1"));
    ASSERT_TRUE(ok(write()));
    const auto good = bytes("1.zst");
    for (std::size_t size = 0; size < good.size(); ++size) {
        temp_.write("manifests/1.zst", good.substr(0, size));
        EXPECT_TRUE(fails_with(Fault::damaged, read())) << size;
    }
    fs::remove(temp_.at("manifests/1.zst"));
    EXPECT_FALSE(read());
}

TEST_F(ManifestTest, LinesOutOfOrderAreDamaged) {
    put("b", file("1"));
    ASSERT_TRUE(ok(write()));
    fs::copy_file(temp_.at("manifests/1.zst"), temp_.at("manifests/1.private.zst"));
    EXPECT_TRUE(fails_with(Fault::damaged, read()));  // the same path twice
}

TEST_F(ManifestTest, TheHeadTellsOfTheGeneration) {
    put("a", file("1"));
    const auto digest = write().value();
    std::vector<std::string> troubles, mended;
    const auto heads = manifest_heads(manifests_, troubles, mended).value();
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_TRUE(troubles.empty());
    EXPECT_EQ(heads[0].tree, "debian");
    EXPECT_EQ(heads[0].lineage, "f00d");
    EXPECT_EQ(heads[0].generation.number, 1u);
    EXPECT_EQ(heads[0].generation.published, 2000);
    EXPECT_EQ(heads[0].generation.files, 2u);
    EXPECT_EQ(heads[0].generation.bytes, 10u);
    EXPECT_EQ(heads[0].generation.manifest, digest);
}

TEST_F(ManifestTest, AHeadTellsWhatItsGenerationRestoresAndAnOlderOneNeedNot) {
    const ManifestHead head{"debian", "f00d", {.number = 3, .manifest = digest_of_text("m"), .restores = 1}};
    EXPECT_EQ(ManifestHead::parse(head.json())->generation.restores, 1u);
    auto older = head.json();
    const std::string field = R"("restores":1,)";
    older.erase(older.find(field), field.size());
    EXPECT_EQ(ManifestHead::parse(older)->generation.restores, 0u);
}

TEST_F(ManifestTest, TheEndOfAPauseIsToldInTheHeadAlone) {
    EXPECT_TRUE(ok(note_end_of_pause(manifests_, 3))) << "there is no head yet";
    ManifestHead head{"debian", "f00d", {.number = 3, .manifest = digest_of_text("m"), .restores = 1}, true};
    temp_.write("manifests/3.json", head.json());
    EXPECT_TRUE(ok(note_end_of_pause(manifests_, 3)));
    head.paused = false;
    EXPECT_EQ(temp_.read("manifests/3.json"), head.json());
    temp_.write("manifests/3.json", "rubbish");
    EXPECT_TRUE(ok(note_end_of_pause(manifests_, 3)));
    EXPECT_EQ(temp_.read("manifests/3.json"), "rubbish");
}

TEST_F(ManifestTest, HeadsComeOldestFirstAndADamagedOneIsTold) {
    const auto head = [](Generation number) {
        return ManifestHead{"debian", "f00d", {.number = number, .manifest = digest_of_text("m")}}.json();
    };
    temp_.write("manifests/10.json", head(10));
    temp_.write("manifests/9.json", head(9));
    temp_.write("manifests/2.json", "{\"tree\":");
    temp_.write("manifests/3.json", head(0));
    std::vector<std::string> troubles, mended;
    const auto heads = manifest_heads(manifests_, troubles, mended).value();
    ASSERT_EQ(heads.size(), 2u);
    EXPECT_EQ(heads[0].generation.number, 9u);
    EXPECT_EQ(heads[1].generation.number, 10u);
    ASSERT_EQ(troubles.size(), 2u);
    EXPECT_NE(troubles[0].find("2.json"), std::string::npos) << troubles[0];
}

TEST_F(ManifestTest, RemovedManifestsLeaveNothing) {
    put("a", hidden("1"));
    ASSERT_TRUE(ok(write()));
    remove_manifest(manifests_, manifest_files(manifests_).value(), 1);
    EXPECT_TRUE(manifests_.items().value().empty());
}

}  // namespace
}  // namespace mirrorseed
