#include "torrentgen/hasher.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/torrentgen/slow_torrent.hpp"
#include "torrentgen/metainfo.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <new>

namespace mirrorseed::torrentgen {
namespace {

using mirrorseed::test::fails_with;
using mirrorseed::test::ok;
using mirrorseed::test::TempFolder;

// Files of a torrent on a disk, whose opening can be made to do something first.
class Place final : public Content {
public:
    Place(Torrent layout, const std::vector<std::string>& contents) : torrent(std::move(layout)) {
        for (const auto& content : contents) {
            const auto name = "f" + std::to_string(torrent.files.size());
            torrent.files.push_back({.path = {name}, .length = content.size()});
            folder.write(name, content);
        }
        torrent.is_folder = contents.size() > 1;
        add_pads(torrent);
        auto opened = Folder::open(folder.path()).value();
        std::vector<FolderContent::Place> places;
        for (const auto& file : torrent.files) {
            places.emplace_back();
            if (file.pad) continue;
            places.back() = {mirrorseed::test::path(file.path[0]),
                             opened.facts(mirrorseed::test::path(file.path[0])).value()};
        }
        content_.emplace(std::move(opened), std::move(places));
    }

    Bytes available(std::size_t file) const override { return content_->available(file); }
    Result<Descriptor> open(std::size_t file) const override {
        auto opened = content_->open(file);
        if (on_open) on_open(file);
        return opened;
    }
    Status unchanged(std::size_t file, const Descriptor& descriptor) const override {
        return content_->unchanged(file, descriptor);
    }
    std::string name(std::size_t file) const override { return content_->name(file); }
    std::string on_disk(std::size_t file) const { return folder.at(torrent.files[file].path[0]); }

    TempFolder folder{};  // on a disk, where files are mapped
    Torrent torrent;
    std::function<void(std::size_t)> on_open{};

private:
    std::optional<FolderContent> content_;
};

Result<PieceHashes> hash(const Place& place, HashOptions options = {},
                         const ShaLanes& lanes = ShaLanes::fastest()) {
    Progress progress;
    return hash_pieces(place.torrent, place, lanes, options, progress);
}

std::string joined(const Place& place, const std::vector<std::string>& contents) {
    std::string all;
    std::size_t next = 0;
    for (const auto& file : place.torrent.files)
        all += file.pad ? std::string(file.length, '\0') : contents[next++];
    return all;
}

void expect_slow_hashes(const Place& place, const std::vector<std::string>& contents,
                        const PieceHashes& hashes) {
    auto torrent = place.torrent;
    take_hashes(torrent, hashes);
    if (torrent.format != Format::v2) {
        EXPECT_EQ(torrent.v1_pieces, test::slow_pieces(joined(place, contents), torrent.piece_length));
    }
    if (torrent.format == Format::v1) return;
    std::size_t next = 0;
    for (const auto& file : torrent.files) {
        if (file.pad) continue;
        const auto& content = contents[next++];
        ASSERT_EQ(file.root.has_value(), !content.empty());
        if (content.empty()) continue;
        EXPECT_EQ(test::raw(*file.root), test::slow_root(content));
        const auto layer = torrent.piece_layers.find(*file.root);
        ASSERT_EQ(layer != torrent.piece_layers.end(), content.size() > torrent.piece_length);
        if (layer != torrent.piece_layers.end()) {
            EXPECT_EQ(layer->second, test::slow_layer(content, torrent.piece_length));
        }
    }
}

TEST(Hasher, AgreesWithTheSlowWayOnRandomFilesFormatsThreadsAndLanes) {
    std::mt19937 random(1);
    for (int round = 0; round < 60; ++round) {
        std::vector<std::string> contents(1 + random() % 9);
        for (auto& content : contents) {
            constexpr std::size_t sizes[] = {0,     1,     1000,    16383,   16384,
                                             16385, 65536, 100'000, 131'072, 300'001};
            content = test::random_text(sizes[random() % std::size(sizes)], random());
        }
        contents.push_back("not all are empty");
        const std::array formats{Format::v1, Format::v2, Format::hybrid};
        const Place place({.format = formats[random() % 3], .piece_length = Bytes{16384} << random() % 5},
                          contents);
        const auto* kernel = ShaLanes::all()[random() % 4];
        if (!kernel->works_here()) kernel = &openssl_kernel;
        const auto hashes =
            hash(place, {.threads = 1 + static_cast<unsigned>(random() % 4)}, {*kernel, *kernel});
        ASSERT_TRUE(ok(hashes));
        expect_slow_hashes(place, contents, *hashes);
    }
}

TEST(Hasher, LongPiecesGoForwardSideBySide) {
    // Twenty-one pieces of 1 MiB, so that one batch is full and one is not, through two files.
    const std::vector<std::string> contents{test::random_text(9'000'001, 1),
                                            test::random_text(12'345'678, 2)};
    for (const auto format : {Format::v1, Format::v2, Format::hybrid}) {
        const Place place({.format = format, .piece_length = 1 << 20}, contents);
        const auto hashes = hash(place, {.threads = 2});
        ASSERT_TRUE(ok(hashes));
        expect_slow_hashes(place, contents, *hashes);
    }
}

TEST(Hasher, ManySmallFilesShareABatch) {
    std::vector<std::string> contents;
    for (unsigned i = 0; i < 3000; ++i)
        contents.push_back(test::random_text(i % 400, i));
    for (const auto format : {Format::v1, Format::v2}) {
        const Place place({.format = format, .piece_length = 16384}, contents);
        const auto hashes = hash(place, {.threads = 2});
        ASSERT_TRUE(ok(hashes));
        expect_slow_hashes(place, contents, *hashes);
    }
}

// What can happen to a file between its being found and its being read.
struct Harm {
    const char* what;
    std::size_t size;
    void (*harm)(const std::string& file);
};
void PrintTo(const Harm& harm, std::ostream* out) {
    *out << harm.what;
}
class Harmed : public testing::TestWithParam<Harm> {};
INSTANTIATE_TEST_SUITE_P(
    Hasher, Harmed,
    testing::Values(Harm{"ShrunkSmall", 50'000,
                         [](const std::string& file) { ASSERT_EQ(truncate(file.c_str(), 20'000), 0); }},
                    Harm{"ShrunkWhileMapped", 5'000'000,
                         [](const std::string& file) { ASSERT_EQ(truncate(file.c_str(), 2'000'000), 0); }},
                    Harm{"EmptiedWhileMapped", 5'000'000,
                         [](const std::string& file) { ASSERT_EQ(truncate(file.c_str(), 0), 0); }},
                    Harm{"Grown", 50'000,
                         [](const std::string& file) { ASSERT_EQ(truncate(file.c_str(), 60'000), 0); }},
                    Harm{"WrittenInPlace", 5'000'000,
                         [](const std::string& file) {
                             const int fd = open(file.c_str(), O_WRONLY);
                             usleep(20'000);  // the kernel's clock must tick for a write to show
                             ASSERT_EQ(pwrite(fd, "x", 1, 0), 1);
                             close(fd);
                         }}),
    [](const auto& instance) { return std::string(instance.param.what); });

TEST_P(Harmed, EndsItAllWithAClearError) {
    Place place({.format = Format::hybrid, .piece_length = 262'144},
                {test::random_text(GetParam().size, 1), "small"});
    place.on_open = [&](std::size_t file) {
        if (file == 0) GetParam().harm(place.on_disk(0));
        place.on_open = nullptr;
    };
    const auto hashes = hash(place, {.threads = 1});
    ASSERT_TRUE(fails_with(Fault::changed, hashes));
    EXPECT_NE(hashes.error().text().find("f0"), std::string::npos) << hashes.error().text();
}

TEST_P(Harmed, SpoilsItsOwnPiecesWhenItIsToGoOn) {
    Place place({.format = Format::hybrid, .piece_length = 262'144},
                {test::random_text(GetParam().size, 1), "small"});
    place.on_open = [&](std::size_t file) {
        if (file == 0) GetParam().harm(place.on_disk(0));
        place.on_open = nullptr;
    };
    const auto hashes = hash(place, {.threads = 1, .on_trouble = HashOptions::OnTrouble::go_on});
    ASSERT_TRUE(ok(hashes));
    ASSERT_FALSE(hashes->troubles.empty());
    EXPECT_EQ(hashes->troubles.front().first, 0U);
    EXPECT_EQ(hashes->states.back(), PieceState::hashed);
    EXPECT_GT(std::ranges::count(hashes->states, PieceState::unreadable), 0);
}

TEST(Hasher, MarksPiecesThatAreNotAllThere) {
    Place place({.format = Format::v1, .piece_length = 16384},
                {std::string(40'000, 'a'), std::string(40'000, 'b')});
    place.torrent.files[1].length = 100'000;
    const auto hashes = hash(place);
    ASSERT_TRUE(ok(hashes));
    EXPECT_EQ(std::ranges::count(hashes->states, PieceState::hashed), 4);
    EXPECT_EQ(std::ranges::count(hashes->states, PieceState::missing), 5);
}

TEST(Hasher, StopsWhenSomebodyAsks) {
    const Place place({.format = Format::v1, .piece_length = 16384}, {std::string(40'000, 'a')});
    Progress progress;
    progress.request_stop();
    EXPECT_FALSE(hash_pieces(place.torrent, place, ShaLanes::fastest(), {}, progress));
}

TEST(Hasher, CarriesWhatAThreadThrowsToTheCaller) {
    Place place({.piece_length = 16384}, {std::string(3'000'000, 'x'), std::string(3'000'000, 'y')});
    place.on_open = [](std::size_t) { throw std::bad_alloc(); };
    EXPECT_THROW((void)hash(place, {.threads = 4}), std::bad_alloc);
}

}  // namespace
}  // namespace mirrorseed::torrentgen
