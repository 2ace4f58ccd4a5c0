#include "sync/delta/seed_scan.hpp"

#include "sync/delta/delta_map.hpp"
#include "sync/delta/signature_maker.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <random>

namespace mirrorseed::sync {
namespace {

constexpr std::uint32_t block = 8 << 10;

std::string random_text(std::size_t size, unsigned seed) {
    std::mt19937 dice(seed);
    std::string text(size, 0);
    for (auto& c : text)
        c = static_cast<char>(dice());
    return text;
}

class SeedScan : public testing::Test {
protected:
    // What is had of the wanted text, byte by byte as it was found; a dot where nothing was.
    std::string found_of(const std::string& wanted, const std::string& seed, Bytes patience = ~Bytes{0}) {
        SignatureMaker maker(block);
        maker.see(as_bytes(wanted));
        const auto signature = maker.finish();
        DeltaMap map(BlockSums::parse(as_bytes(signature), wanted.size()).value());
        const auto index = BlockIndex::of(signature).value();
        folder_.write("seed", seed);
        const auto file =
            Folder::open(folder_.path())->open_file(RelPath::parse_name("seed").value()).value();
        Progress progress;
        const auto scanned = index.scan(
            file, 0, seed.size(), patience,
            [&](const Copied& copied) {
                map.found({copied.in_wanted, copied.in_wanted + copied.size}, 0, copied.in_seed);
            },
            progress);
        EXPECT_TRUE(scanned);
        std::string had(wanted.size(), '.');
        for (const auto& part : map.parts()) {
            const auto& from = part.seed == DeltaMap::Part::itself ? had : seed;
            had.replace(part.wanted.begin, part.wanted.size(), from.substr(part.at, part.wanted.size()));
        }
        missing_ = map.missing();
        return had;
    }

    const test::TempFolder folder_;
    Bytes missing_ = 0;
};

TEST_F(SeedScan, FindsWhatMovedByAnyNumberOfBytes) {
    const auto old = random_text(200 * block + 100, 1);
    const auto wanted =
        old.substr(0, 50'000) + "some bytes more" + old.substr(50'000, 700'000) + old.substr(800'001);
    const auto had = found_of(wanted, old);
    EXPECT_LE(missing_, 4 * block);
    for (std::size_t at = 0; at < wanted.size(); ++at)
        EXPECT_TRUE(had[at] == '.' || had[at] == wanted[at]) << at;
}

TEST_F(SeedScan, FindsAllOfWhatIsTheSame) {
    const auto text = random_text(20 * block + 5, 2);
    EXPECT_EQ(found_of(text, text), text);
    EXPECT_EQ(missing_, 0u);
}

TEST_F(SeedScan, FindsEachOfBlocksThatAreEqual) {
    const auto one = random_text(block, 3), other = random_text(block, 4);
    std::string wanted;
    for (int times = 0; times < 50; ++times)
        wanted += times % 3 == 0 ? other : one;
    EXPECT_EQ(found_of(wanted, "x" + one + "y" + other), wanted);
    const std::string zeros(100 * block, '\0');
    EXPECT_EQ(found_of(zeros, std::string(3 * block, '\0')), zeros);
}

TEST_F(SeedScan, GivesUpWhereNothingIsFound) {
    const auto wanted = random_text(100 * block, 5);
    const auto seed = random_text(100 * block, 6) + random_text(300 * block, 7) + wanted;
    found_of(wanted, seed, 64 * block);
    EXPECT_EQ(missing_, wanted.size());
    found_of(wanted, seed);
    EXPECT_EQ(missing_, 0u);
}

TEST_F(SeedScan, TakesAnEmptySeedForWhatItIs) {
    const auto wanted = random_text(block, 8);
    found_of(wanted, "");
    EXPECT_EQ(missing_, wanted.size());
    EXPECT_EQ(found_of("", random_text(block, 9)), "");
}

}  // namespace
}  // namespace mirrorseed::sync
