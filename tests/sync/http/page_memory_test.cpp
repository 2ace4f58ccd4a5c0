#include "sync/http/page_memory.hpp"

#include "core/store/catalogue.hpp"
#include "sync/run/catalogue_listing_memory.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::path;

constexpr UnixTime noon = 1'700'000'000;

// As a page tells it that shows minutes and rounded sizes.
IndexItem rough(std::string name, Bytes size = 12288, UnixTime minute = noon - noon % 60) {
    return {.name = std::move(name),
            .sureness = Sureness::rough,
            .size = size,
            .mtime = FileTime::from_seconds(minute),
            .step = 60};
}
IndexItem bare(std::string name) {
    return {.name = std::move(name)};
}

LearnedFile came(std::string_view content, UnixTime mtime = noon, UnixTime listed_at = noon + 600) {
    return {.size = content.size(),
            .mtime = FileTime::from_seconds(mtime),
            .digest = digest_of_text(content),
            .validator = "\"tag\"",
            .listed_at = listed_at};
}

TEST(FolderMemory, SurvivesBeingPacked) {
    FolderMemory memory{.validator = "\"page\"", .read_at = noon};
    memory.items.push_back({rough("a"), came("content", -5, -7)});
    memory.items.push_back({IndexItem{.name = "b", .kind = IndexKind::folder, .mtime = {-1}}});
    auto whole = rough("c", UINT64_MAX);
    whole.sureness = Sureness::exact;
    whole.digest = digest_of_text("x");
    memory.items.push_back({whole});
    memory.items.push_back({IndexItem{.name = "d", .kind = IndexKind::link, .target = "a"}});
    const auto bytes = pack(memory);
    ASSERT_TRUE(unpack(bytes));
    EXPECT_EQ(*unpack(bytes), memory);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(unpack(std::string_view(bytes).substr(0, length))) << length;
    EXPECT_FALSE(unpack(bytes + "?"));
}

TEST(FolderMemory, WhatIsLearnedIsAddedBehind) {
    const FolderMemory memory{.read_at = noon + 600, .items = {{rough("a")}, {rough("b")}}};
    auto file = came("content");
    file.listed_at = 0;  // is not written
    const auto again = unpack(pack(memory) + pack_learned("b", came("old")) + pack_learned("b", file) +
                              pack_learned("gone", file));
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->items[0].learned);
    EXPECT_EQ(again->items[1].learned, came("content"));
}

TEST(FolderMemory, AFileOfWhichThePageSaysTheSameIsKnownExactly) {
    const FolderMemory before{.read_at = noon + 600, .items = {{rough("a"), came("content")}}};
    const auto now = remember({rough("a"), rough("b")}, before);
    const auto known = listed_entry(now.items[0]), fresh = listed_entry(now.items[1]);
    EXPECT_EQ(known.sureness, Sureness::exact);
    EXPECT_EQ(known.entry.size, 7u);
    EXPECT_EQ(known.entry.mtime, FileTime::from_seconds(noon));
    EXPECT_EQ(known.entry.digest, digest_of_text("content"));
    EXPECT_EQ(fresh.sureness, Sureness::rough);
    EXPECT_EQ(fresh.validator, "");
    EXPECT_FALSE(is_all_known(now));
    EXPECT_TRUE(is_all_known(remember({rough("a")}, before)));
}

TEST(FolderMemory, AFileOfWhichThePageSaysSomethingElseIsAskedForByItsMark) {
    const FolderMemory before{.read_at = noon + 600, .items = {{rough("a"), came("content")}}};
    for (const auto& told : {rough("a", 13000), rough("a", 12288, noon + 3600)}) {
        const auto listed = listed_entry(remember({told}, before).items[0]);
        EXPECT_EQ(listed.sureness, Sureness::rough);
        EXPECT_EQ(listed.entry.size, told.size);
        EXPECT_FALSE(listed.entry.digest);
        const auto mark = parse_mark(listed.validator);
        ASSERT_TRUE(mark);
        EXPECT_EQ(mark->content, digest_of_text("content"));
        EXPECT_EQ(mark->validator, "\"tag\"");
    }
}

TEST(FolderMemory, AFileThatWasWrittenWhenThePageWasReadIsAskedForAgain) {
    const auto sureness_when_read_at = [](UnixTime listed_at) {
        return listed_entry({rough("a"), came("content", noon, listed_at)}).sureness;
    };
    EXPECT_EQ(sureness_when_read_at(noon), Sureness::rough);
    EXPECT_EQ(sureness_when_read_at(noon + 61), Sureness::rough);
    EXPECT_EQ(sureness_when_read_at(noon + 62), Sureness::exact);
    EXPECT_EQ(sureness_when_read_at(0), Sureness::rough);
    // The time that is known is the page's own, in whatever zone.
    const auto minute = noon - noon % 60;
    EXPECT_EQ(listed_entry({rough("a"), came("content", minute, noon + 3600)}).sureness, Sureness::rough);
    EXPECT_EQ(listed_entry({rough("a"), came("content", minute, noon + 27 * 3600)}).sureness,
              Sureness::exact);
}

TEST(FolderMemory, OfABareNameTheMarkAloneIsKnown) {
    const FolderMemory before{.read_at = noon, .items = {{bare("a"), came("content")}}};
    const auto now = remember({bare("a")}, before);
    const auto listed = listed_entry(now.items[0]);
    EXPECT_EQ(listed.sureness, Sureness::none);
    EXPECT_FALSE(listed.entry.digest);
    EXPECT_EQ(listed.entry.size, 7u);
    EXPECT_TRUE(parse_mark(listed.validator));
    EXPECT_TRUE(is_all_known(now));
    EXPECT_FALSE(is_all_known(remember({bare("a"), bare("b")}, before)));
}

TEST(FolderMemory, ExactPagesNeedNone) {
    IndexItem exact{.name = "a", .sureness = Sureness::exact, .size = 1};
    const auto now = remember({exact}, {});
    EXPECT_FALSE(is_of_use(now));
    EXPECT_TRUE(is_all_known(now));
    EXPECT_TRUE(is_of_use(remember({exact}, {.validator = "\"x\""})));
    EXPECT_TRUE(is_of_use(remember({rough("a")}, {})));
    EXPECT_EQ(listed_entry(now.items[0]).sureness, Sureness::exact);
}

TEST(CatalogueListingMemory, KeepsWhatFoldersSaidAndWhatWasLearned) {
    const auto temp = test::TempFolder::in_memory();
    auto catalogue = Catalogue::open(temp.at("catalogue.db"));
    const auto tree = catalogue.trees().ensure("t").id;
    const FolderMemory said{.read_at = noon + 600, .items = {{rough("a")}}};
    {
        CatalogueListingMemory memory(catalogue, tree, "http://u/", CatalogueListingMemory::Use::remember);
        memory.keep(path("x"), pack(said));
        memory.keep(path("gone"), pack(said));
        memory.keep_only({path("gone"), path("x")});
        memory.learn(
            {{path("x/a"),
              {.size = 7, .mtime = FileTime::from_seconds(noon), .digest = digest_of_text("content")},
              "\"tag\""}});
    }
    CatalogueListingMemory memory(catalogue, tree, "http://u/", CatalogueListingMemory::Use::remember);
    const auto known = unpack(memory.recall(path("x")));
    ASSERT_TRUE(known);
    EXPECT_EQ(known->items[0].learned, came("content"));
    memory.keep_only({path("x")});
    EXPECT_EQ(memory.recall(path("gone")), "");
    EXPECT_NE(memory.recall(path("x")), "");
    CatalogueListingMemory(catalogue, tree, "http://u/", CatalogueListingMemory::Use::look_up).keep_only({});
    EXPECT_NE(memory.recall(path("x")), "");
}

// With an exact size, as nginx shows it.
IndexItem sized(std::string name, Bytes size, UnixTime minute = noon - noon % 60) {
    auto item = rough(std::move(name), size, minute);
    item.sureness.size = Sure::exact;
    return item;
}

TEST(FolderMemory, KeepsHowSureThePageIsOfEachFact) {
    FolderMemory memory;
    for (const auto size : {Sure::exact, Sure::rough, Sure::none})
        for (const auto time : {Sure::exact, Sure::rough, Sure::none})
            memory.items.push_back(
                {IndexItem{.name = std::string(1, static_cast<char>('a' + memory.items.size())),
                           .sureness = {size, time}}});
    EXPECT_EQ(unpack(pack(memory)), memory);
}

TEST(FolderMemory, BitsThatMeanNothingKnowNothing) {
    auto bytes = pack({.items = {{IndexItem{.name = "a", .sureness = Sureness::exact}}}});
    const auto head = bytes.find('a') - 3;
    bytes[head] = '\x0c';
    bytes[head + 1] = '\xff';
    const auto memory = unpack(bytes);
    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->items[0].told.sureness, Sureness::none);
}

TEST(FolderMemory, OfAnExactSizeWithARoughTimeTheRestIsLearned) {
    const FolderMemory before{.read_at = noon + 600, .items = {{sized("a", 7), came("content")}}};
    const auto known = listed_entry(remember({sized("a", 7)}, before).items[0]);
    EXPECT_EQ(known.sureness, Sureness::exact);
    EXPECT_EQ(known.entry.mtime, FileTime::from_seconds(noon));
    EXPECT_EQ(known.entry.digest, digest_of_text("content"));
    const auto fresh = remember({sized("a", 7)}, {});
    EXPECT_EQ(listed_entry(fresh.items[0]).sureness, (Sureness{Sure::exact, Sure::rough}));
    EXPECT_TRUE(is_of_use(fresh));
    EXPECT_FALSE(is_all_known(fresh));
    for (const auto& told : {sized("a", 8), sized("a", 7, noon + 3600)}) {
        const auto listed = listed_entry(remember({told}, before).items[0]);
        EXPECT_EQ(listed.sureness, (Sureness{Sure::exact, Sure::rough}));
        EXPECT_EQ(listed.entry.size, told.size);
        EXPECT_EQ(listed.entry.mtime, told.mtime);
        EXPECT_TRUE(parse_mark(listed.validator));
    }
}

TEST(FolderMemory, WhatCameIsNeverTakenForAFileOfAnotherExactSizeOrTime) {
    const auto another_size = listed_entry({sized("a", 8), came("content")});
    EXPECT_EQ(another_size.sureness, (Sureness{Sure::exact, Sure::rough}));
    EXPECT_EQ(another_size.entry.size, 8u);
    auto dated = rough("a");
    dated.sureness.time = Sure::exact;
    const auto another_time = listed_entry({dated, came("content", noon, noon + 90 * 3600)});
    EXPECT_EQ(another_time.sureness, (Sureness{Sure::rough, Sure::exact}));
    EXPECT_EQ(another_time.entry.mtime, dated.mtime);
}

TEST(FolderMemory, OfAFileThatNobodyDatesTheMarkIsKnown) {
    auto undated = bare("a");
    undated.size = 7;
    undated.sureness.size = Sure::exact;
    const FolderMemory before{.read_at = noon, .items = {{undated, came("content")}}};
    const auto now = remember({undated}, before);
    const auto listed = listed_entry(now.items[0]);
    EXPECT_EQ(listed.sureness, (Sureness{Sure::exact, Sure::none}));
    EXPECT_EQ(listed.entry.mtime, FileTime::from_seconds(noon));
    EXPECT_FALSE(listed.entry.digest);
    EXPECT_TRUE(parse_mark(listed.validator));
    EXPECT_TRUE(is_all_known(now));
}

// As rows were written that tell one sureness for both: "a" of 7 bytes, rough, that came whole.
std::string joint_row() {
    auto file = came("content", noon, noon + 600);
    auto bytes = pack({.read_at = noon + 600, .items = {{rough("a", 7), file}}});
    bytes[0] = 'W';
    bytes.erase(bytes.find('a') - 2, 1);
    return bytes;
}

TEST(FolderMemory, ARowWithOneSurenessForBothIsRead) {
    const auto memory = unpack(joint_row());
    ASSERT_TRUE(memory);
    EXPECT_EQ(*memory, (FolderMemory{.read_at = noon + 600, .items = {{rough("a", 7), came("content")}}}));
    for (std::size_t length = 0; length < joint_row().size(); ++length)
        EXPECT_FALSE(unpack(joint_row().substr(0, length))) << length;
}

TEST(FolderMemory, APageThatIsSurerOfTheSameSaysTheSame) {
    EXPECT_EQ(listed_entry(remember({sized("a", 7)}, *unpack(joint_row())).items[0]).sureness,
              Sureness::exact);
    const auto other = listed_entry(remember({sized("a", 8)}, *unpack(joint_row())).items[0]);
    EXPECT_EQ(other.sureness, (Sureness{Sure::exact, Sure::rough}));
    const FolderMemory rounded{.read_at = noon + 600, .items = {{rough("a", 8), came("content")}}};
    EXPECT_FALSE(listed_entry(remember({sized("a", 8)}, rounded).items[0]).entry.digest);
}

}  // namespace
}  // namespace mirrorseed::sync
