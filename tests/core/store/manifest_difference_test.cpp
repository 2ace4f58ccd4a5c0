#include "core/store/manifest_difference.hpp"

#include "core/store/difference_file.hpp"
#include "core/store/manifest.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

namespace mirrorseed {
namespace {

namespace fs = std::filesystem;
using test::digest_of_text;
using test::fails_with;
using test::ok;
using test::path;

// A name, its content, and whether it is hidden by a "!" before the content.
using Tree = std::map<std::string, std::string>;

class ManifestDifferenceTest : public testing::Test {
protected:
    static Entry entry_of(std::string_view content) {
        return {.hidden = content.starts_with('!'),
                .size = content.size(),
                .mtime = FileTime::from_seconds(1000),
                .digest = digest_of_text(content)};
    }

    // Publishes it, with its manifest in full.
    ManifestHead publish(const Tree& tree) {
        ++number_;
        for (const auto& [name, content] : now_)
            if (!tree.contains(name))
                catalogue_.entries().drop(tree_, number_, path(name).parent(), path(name).name());
        for (const auto& [name, content] : tree) {
            catalogue_.contents().add_blob(digest_of_text(content), content.size(), 0);
            catalogue_.entries().put(tree_, number_, path(name).parent(), path(name).name(),
                                     entry_of(content));
        }
        now_ = tree;
        catalogue_.trees().publish(tree_, {.number = number_, .published = 2000});
        const auto row = catalogue_.trees().generation(tree_, number_).value();
        write_manifest(manifests_, catalogue_, catalogue_.trees().find("debian").value(), row).value();
        return read_head(manifests_, number_).value();
    }

    Result<Tree> read(const ManifestWay& way) const {
        auto reader = ManifestReader::open(manifests_, way);
        if (!reader) return reader.error();
        Tree all;
        for (;;) {
            auto entry = reader->next();
            if (!entry) return entry.error();
            if (!*entry) return all;
            all[(*entry)->path.str()] =
                ((*entry)->entry.hidden ? "!" : "") + (*entry)->entry.digest.value().hex();
        }
    }
    static Tree as_read(const Tree& tree) {
        Tree all;
        for (const auto& [name, content] : tree)
            all[name] = (content.starts_with('!') ? "!" : "") + digest_of_text(content).hex();
        return all;
    }

    test::TempFolder temp_ = test::TempFolder::in_memory();
    Catalogue catalogue_ = Catalogue::open(temp_.at("catalogue.db"));
    TreeId tree_ = [&] {
        const auto id = catalogue_.trees().ensure("debian").id;
        catalogue_.trees().set_lineage(id, "f00d");
        return id;
    }();
    Folder manifests_ = Folder::make(temp_.at("manifests")).value();
    Generation number_ = 0;
    Tree now_;
};

const Tree first{{"a", "1"}, {"a-b", "2"}, {"a b%", "3"}, {"gone", "4"}, {"s", "!secret"}, {"t", "shown"}};
const Tree second{{"a", "new"}, {"a-b", "2"}, {"a b%", "3"},    {"\xff", "5"},
                  {"0", "6"},   {"s", "!2"},  {"t", "!hidden"}, {"z", "7"}};

TEST_F(ManifestDifferenceTest, LeadsFromEitherGenerationToTheOther) {
    const auto older = publish(first), newer = publish(second);
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    EXPECT_EQ(read({2, {{1, 2}}}).value(), as_read(first));
    EXPECT_EQ(read({1, {{1, 2}}}).value(), as_read(second));
    EXPECT_TRUE(ok(read_back(manifests_, {2, {{1, 2}}}, *older.generation.manifest)));
    EXPECT_TRUE(ok(read_back(manifests_, {1, {{1, 2}}}, *newer.generation.manifest)));
}

TEST_F(ManifestDifferenceTest, HoldsNoMoreThanWhatDiffers) {
    const auto older = publish(first), newer = publish(second);
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    auto file = manifests_.open_file(path("1-2.zst")).value();
    LineStream lines(bytes_of(std::move(file), "D"), "D");
    ASSERT_TRUE(lines.next().value());
    std::vector<std::string> told;
    while (const auto line = lines.next().value()) {
        const auto parsed = parse_difference_line(*line).value();
        told.push_back((parsed.side == DifferenceSide::older ? "-" : "+") +
                       path_of_line(parsed.line).value());
    }
    EXPECT_EQ(told, (std::vector<std::string>{"+0", "-a", "+a", "-gone", "-t", "+z", "+\xff"}));
}

TEST_F(ManifestDifferenceTest, HiddenEntriesStandInAFileThatTheOwnerAloneReads) {
    const auto older = publish(first), newer = publish(second);
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    EXPECT_EQ(manifests_.facts(path("1-2.private.zst")).value().mode, 0600u);
    EXPECT_EQ(manifests_.facts(path("1-2.zst")).value().mode, 0644u);
    fs::remove(temp_.at("manifests/1-2.private.zst"));
    EXPECT_FALSE(read({2, {{1, 2}}})) << "it is not taken for one without hidden entries";
}

TEST_F(ManifestDifferenceTest, NothingIsPrivateWhereNothingIsHidden) {
    const auto older = publish({{"a", "1"}}), newer = publish({{"a", "2"}});
    temp_.write("manifests/1-2.private.zst", "left of a generation that was lost");
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    EXPECT_EQ(read({2, {{1, 2}}}).value(), as_read({{"a", "1"}}));
}

TEST_F(ManifestDifferenceTest, LeadsOverSeveralInARow) {
    std::vector<Tree> trees{first, second, {}, {{"a", "1"}}, first};
    std::vector<ManifestHead> heads;
    for (const auto& tree : trees)
        heads.push_back(publish(tree));
    for (std::size_t i = 0; i + 1 < heads.size(); ++i)
        ASSERT_TRUE(ok(write_difference(manifests_, heads[i], heads[i + 1])));
    EXPECT_EQ(read({5, {{4, 5}, {3, 4}, {2, 3}, {1, 2}}}).value(), as_read(first));
    EXPECT_EQ(read({1, {{1, 2}, {2, 3}}}).value(), Tree());
}

TEST_F(ManifestDifferenceTest, TheFirstGenerationDiffersFromNothing) {
    const auto head = publish(first);
    ASSERT_TRUE(ok(write_difference(manifests_, std::nullopt, head)));
    fs::remove(temp_.at("manifests/1.zst"));
    EXPECT_EQ(read({0, {{0, 1}}}).value(), as_read(first));
}

TEST_F(ManifestDifferenceTest, IsNotWrittenOfAFileThatIsNotWhatItsHeadSays) {
    auto older = publish(first);
    const auto newer = publish(second);
    older.generation.manifest = digest_of_text("other");
    EXPECT_TRUE(fails_with(Fault::damaged, write_difference(manifests_, older, newer)));
    EXPECT_FALSE(temp_.has("manifests/1-2.zst"));
    EXPECT_FALSE(temp_.has("manifests/1-2.zst.new"));
}

TEST_F(ManifestDifferenceTest, DamageAtAnyByteIsToldOrChangesNothing) {
    const auto older = publish(first), newer = publish(second);
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    for (const auto* name : {"manifests/1-2.zst", "manifests/1-2.private.zst", "manifests/2.zst"}) {
        const auto good = temp_.read(name);
        for (std::size_t at = 0; at < good.size(); ++at) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x20);
            temp_.write(name, bad);
            const auto all = read({2, {{1, 2}}});
            if (all) {
                EXPECT_EQ(*all, as_read(first)) << name << " " << at;
            }
        }
        temp_.write(name, good);
    }
}

TEST_F(ManifestDifferenceTest, DoesNotFitAnotherGeneration) {
    const auto older = publish(first), newer = publish(second);
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    publish({{"a", "other"}});
    fs::copy_file(temp_.at("manifests/3.zst"), temp_.at("manifests/2.zst"),
                  fs::copy_options::overwrite_existing);
    EXPECT_TRUE(fails_with(Fault::damaged, read({2, {{1, 2}}})));
}

TEST_F(ManifestDifferenceTest, AHeadThatIsGoneIsRememberedByADifference) {
    const auto older = publish(first), newer = publish(second);
    ASSERT_TRUE(ok(write_difference(manifests_, older, newer)));
    fs::remove(temp_.at("manifests/1.json"));
    temp_.write("manifests/2.json", "rubbish");
    std::vector<std::string> troubles, mended;
    const auto heads = manifest_heads(manifests_, troubles, mended).value();
    ASSERT_EQ(heads.size(), 2u);
    EXPECT_EQ(heads[0].json(), older.json());
    EXPECT_EQ(heads[1].json(), newer.json());
    EXPECT_TRUE(troubles.empty());
    EXPECT_EQ(mended.size(), 2u);
}

TEST_F(ManifestDifferenceTest, IsToldByItsName) {
    for (const auto* name : {"7.json", "7.zst", "7.private.zst", "6-7.zst", "6-7.private.zst", "0-3.zst",
                             "7-6.zst", "6-8.zst.new", "5.zst.damaged", "-1.zst", "notes"})
        temp_.write(std::string("manifests/") + name, "");
    const auto files = manifest_files(manifests_).value();
    EXPECT_EQ(files.full, (std::vector<Generation>{7}));
    EXPECT_EQ(files.heads, (std::vector<Generation>{7}));
    EXPECT_EQ(files.pairs, (std::vector<ManifestPair>{{6, 7}, {0, 3}}));
    EXPECT_EQ(files.unfinished, (std::vector<std::string>{"6-8.zst.new"}));
    EXPECT_TRUE(files.has_damaged);
}

TEST(DifferenceLine, IsTheManifestsLineAndItsSide) {
    std::string line;
    append_difference_line(line, DifferenceSide::newer, R"({"path":"a%20b","type":"file"})");
    EXPECT_EQ(line, "{\"in\":\"newer\",\"path\":\"a%20b\",\"type\":\"file\"}\n");
    line.pop_back();
    const auto parsed = parse_difference_line(line);
    ASSERT_TRUE(ok(parsed));
    EXPECT_EQ(parsed->side, DifferenceSide::newer);
    EXPECT_EQ(path_of_line(parsed->line).value(), "a b");
    for (const auto* bad : {"", "{}", R"({"path":"a"})", R"({"in":"both","path":"a"})"})
        EXPECT_FALSE(parse_difference_line(bad)) << bad;
    for (const auto* bad :
         {"", "{}", R"({"path":"")", R"({"path":"a)", R"({"path":"a\"b"})", R"({"path":"%4"})"})
        EXPECT_FALSE(path_of_line(bad)) << bad;
}

TEST(DifferenceHead, RefusesWhatIsNone) {
    const ManifestHead one{"debian", "f00d", {.number = 1, .manifest = digest_of_text("m")}};
    const ManifestHead two{"debian", "f00d", {.number = 2, .manifest = digest_of_text("n")}};
    const DifferenceHead head{one, two, true};
    EXPECT_EQ(DifferenceHead::parse(head.json())->json(), head.json());
    EXPECT_FALSE(DifferenceHead::parse(DifferenceHead{two, one, true}.json())) << "the newer side first";
    EXPECT_FALSE(DifferenceHead::parse("{}"));
    EXPECT_FALSE(DifferenceHead::parse(R"({"difference":2})"));
    EXPECT_FALSE(DifferenceHead::parse(R"({"difference":1,"older":null})"));
    EXPECT_FALSE(DifferenceHead::parse("rubbish"));
    EXPECT_FALSE(PrivateDifferenceHead::parse(head.json()));
}

}  // namespace
}  // namespace mirrorseed
