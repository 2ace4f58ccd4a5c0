// Choosing pieces, and checking seeds that exist in the test alone.

#include "torrentgen/seed_checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <random>
#include <set>

namespace mirrorseed::torrentgen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Bytes piece_length = 16384;

// Bytes that differ from file to file and from place to place.
std::string content(char seed, Bytes length) {
    std::string bytes;
    for (Bytes i = 0; i < length; ++i)
        bytes += static_cast<char>(seed + static_cast<char>(i % 113) + static_cast<char>(i / 1000));
    return bytes;
}

struct File {
    std::string name;
    std::string bytes;
    bool pad = false;
};

struct Sample {
    Torrent torrent;
    std::map<std::string, std::string> by_path;  // "/d/a": what a good server has
};

Sample folder(const std::vector<File>& files) {
    Sample sample{{.name = "d", .is_folder = true, .piece_length = piece_length}, {}};
    std::string run;
    for (const auto& file : files) {
        sample.torrent.files.push_back({.path = {file.name}, .length = file.bytes.size(), .pad = file.pad});
        run += file.bytes;
        if (!file.pad) sample.by_path["/d/" + file.name] = file.bytes;
    }
    for (std::size_t at = 0; at < run.size(); at += piece_length) {
        const auto hash = Sha1::of(as_bytes(std::string_view(run).substr(at, piece_length)));
        sample.torrent.v1_pieces.append(reinterpret_cast<const char*>(hash.bytes.data()), 20);
    }
    return sample;
}

Dice dice() {
    return [engine = std::mt19937_64(1)](std::uint64_t below) mutable { return engine() % below; };
}

TEST(SeedChoice, TakesFirstAndLastAndThenOtherFiles) {
    const auto sample = folder({{"a", content('a', 5 * piece_length)},
                                {"b", content('b', 5 * piece_length)},
                                {"c", content('c', 5 * piece_length)},
                                {"e", content('e', 5 * piece_length)}});
    const PieceMap map(sample.torrent);
    const auto chosen = choose_pieces(sample.torrent, map, {.pieces = 4}, dice());
    ASSERT_EQ(chosen.size(), 4u);
    EXPECT_EQ(chosen[0], 0u);
    EXPECT_EQ(chosen[1], 19u);
    EXPECT_THAT((std::vector{chosen[2] / 5, chosen[3] / 5}), UnorderedElementsAre(1, 2));
    EXPECT_THAT(choose_pieces(sample.torrent, map, {.pieces = 1}, dice()), ElementsAre(0));
    EXPECT_EQ(std::set(chosen.begin(), chosen.end()).size(), chosen.size());
}

TEST(SeedChoice, TakesAllWhenThereAreFew) {
    const auto sample = folder({{"a", content('a', 3 * piece_length - 1)}});
    EXPECT_THAT(choose_pieces(sample.torrent, PieceMap(sample.torrent), {}, dice()),
                UnorderedElementsAre(0, 1, 2));
}

TEST(SeedChoice, StaysWithinItsBudget) {
    const auto sample = folder({{"a", content('a', 20 * piece_length)}});
    const PieceMap map(sample.torrent);
    EXPECT_EQ(choose_pieces(sample.torrent, map, {.bytes = 3 * piece_length}, dice()).size(), 3u);
    EXPECT_THAT(choose_pieces(sample.torrent, map, {.bytes = piece_length - 1}, dice()), IsEmpty());
    std::vector<File> crumbs;
    for (int i = 0; i < 100; ++i)
        crumbs.push_back({"crumb" + std::to_string(i), "x"});
    crumbs.push_back({"large", content('a', 3 * piece_length)});
    const auto many = folder(crumbs);
    // The first piece alone would be a hundred requests.
    EXPECT_THAT(choose_pieces(many.torrent, PieceMap(many.torrent), {.slices = 50}, dice()),
                UnorderedElementsAre(1, 2, 3));
}

TEST(SeedChoice, TakesNoPieceOfPadsAlone) {
    const auto sample = folder({{"a", content('a', 100)},
                                {"pad", std::string(3 * piece_length - 100, '\0'), true},
                                {"b", content('b', 100)}});
    EXPECT_THAT(choose_pieces(sample.torrent, PieceMap(sample.torrent), {}, dice()),
                UnorderedElementsAre(0, 3));
}

// A server that serves a sample, and may be told to do some of it badly.
class FakeSeed final : public SeedAsker {
public:
    explicit FakeSeed(const Sample& sample) : sample_(sample) {}

    SeedAnswer ask(const SeedQuestion& question, std::chrono::steady_clock::duration) override {
        asked.push_back(question.url.target() + " " + std::to_string(question.begin) + "-" +
                        std::to_string(question.end));
        const auto found = sample_.by_path.find(question.url.target());
        if (found == sample_.by_path.end()) return {.status = 404};
        SeedAnswer answer{.status = 206};
        answer.content_range = "bytes " + std::to_string(question.begin) + "-" +
                               std::to_string(question.end - 1) + "/" + std::to_string(question.file_length);
        answer.body = found->second.substr(question.begin, question.end - question.begin);
        if (spoil) spoil(question, answer);
        return answer;
    }

    std::vector<std::string> asked;
    std::function<void(const SeedQuestion&, SeedAnswer&)> spoil;

private:
    const Sample& sample_;
};

SeedReport check(const Sample& sample, FakeSeed& seed, const std::string& url = "http://m/",
                 const SeedCheckOptions& options = {}) {
    const auto pieces = choose_pieces(sample.torrent, PieceMap(sample.torrent), options.budget, dice());
    return check_seed(sample.torrent, url, pieces, seed, options);
}

TEST(SeedChecker, JoinsSlicesAndHashesThem) {
    const auto sample = folder({{"a", content('a', 100)},
                                {"empty", ""},
                                {"pad", std::string(1000, '\0'), true},
                                {"b", content('b', piece_length)}});
    FakeSeed seed(sample);
    const auto report = check(sample, seed);
    EXPECT_TRUE(report.verdict.is_ok()) << report.verdict.reason;
    EXPECT_EQ(report.url, "http://m/");
    EXPECT_EQ(report.checked_bytes, 100 + piece_length);
    EXPECT_EQ(report.clients.size(), 6u);
    // Each distinct URL once for each slice, and never a pad.
    EXPECT_THAT(seed.asked, UnorderedElementsAre("/d/a 0-100", "/d/b 0-15284", "/d/b 15284-16384"));
}

TEST(SeedChecker, FindsAWrongByteAnywhere) {
    const auto sample = folder({{"a", content('a', 100)}, {"b", content('b', 3 * piece_length)}});
    for (Bytes at : {Bytes{0}, Bytes{99}, sample.torrent.files[1].length - 1}) {
        FakeSeed seed(sample);
        seed.spoil = [&](const SeedQuestion& question, SeedAnswer& answer) {
            if (at >= question.begin && at < question.end) answer.body[at - question.begin] ^= 1;
        };
        const auto report = check(sample, seed);
        EXPECT_EQ(report.verdict.trouble, SeedTrouble::wrong_bytes) << at;
    }
}

TEST(SeedChecker, TellsWhoseUrlFails) {
    auto sample = folder({{"a#b", content('a', 100)}, {"c", content('c', 100)}});
    sample.by_path = {{"/d/a%23b", sample.by_path["/d/a#b"]}, {"/d/c", sample.by_path["/d/c"]}};
    FakeSeed seed(sample);
    const auto report = check(sample, seed);
    EXPECT_TRUE(report.verdict.is_ok());
    EXPECT_EQ(report.verdict.reason, "not for Transmission 4 and WebTorrent");
    EXPECT_EQ(report.checked_bytes, 200u);
    EXPECT_THAT(seed.asked, UnorderedElementsAre("/d/a%23b 0-100", "/d/a 0-100", "/d/c 0-100"));
    for (const auto& client : report.clients)
        EXPECT_EQ(client.verdict.is_ok(),
                  client.client != SeedClient::transmission_4 && client.client != SeedClient::webtorrent);
}

TEST(SeedChecker, AsksNoMoreOnceItIsBadForAll) {
    const auto sample = folder({{"a", content('a', 20 * piece_length)}, {"b", content('b', piece_length)}});
    FakeSeed seed(sample);
    const auto report = check(sample, seed, "http://m/elsewhere/");
    EXPECT_EQ(report.verdict.reason, "HTTP status 404");
    EXPECT_EQ(report.checked_bytes, 0u);
    EXPECT_EQ(seed.asked.size(), 1u);
}

TEST(SeedChecker, TellsOfRedirects) {
    const auto sample = folder({{"a", content('a', 100)}, {"b", content('b', 100)}});
    FakeSeed seed(sample);
    seed.spoil = [](const SeedQuestion&, SeedAnswer& answer) { answer.redirected_to = "cdn.example"; };
    const auto report = check(sample, seed);
    EXPECT_TRUE(report.verdict.is_ok());
    EXPECT_EQ(report.verdict.reason, "redirects to cdn.example");
}

TEST(SeedChecker, RefusesUrlsThatAreNotOfTheWeb) {
    const auto sample = folder({{"a", content('a', 100)}, {"b", content('b', 100)}});
    FakeSeed seed(sample);
    EXPECT_EQ(check(sample, seed, "ftp://m/").verdict.trouble, SeedTrouble::bad_url);
    EXPECT_THAT(seed.asked, IsEmpty());
}

TEST(SeedChecker, EndsWhenTheTimeIsOver) {
    const auto sample = folder({{"a", content('a', 100)}, {"b", content('b', 100)}});
    FakeSeed seed(sample);
    EXPECT_EQ(check(sample, seed, "http://m/", {.time = 0s}).verdict.trouble, SeedTrouble::timed_out);
    EXPECT_THAT(seed.asked, IsEmpty());
}

TEST(SeedChecker, ChecksSeedsSideBySideInTheirOrder) {
    const auto sample = folder({{"a", content('a', 100)}, {"b", content('b', 100)}});
    std::vector<std::string> urls;
    for (int i = 0; i < 20; ++i)
        urls.push_back("http://m" + std::to_string(i) + (i % 2 == 0 ? "/" : "/nothing/"));
    const auto make = [&](const std::string&) { return std::make_unique<FakeSeed>(sample); };
    const auto reports = check_seeds(sample.torrent, urls, make, {.at_once = 3}, dice());
    ASSERT_EQ(reports.size(), urls.size());
    for (std::size_t i = 0; i < urls.size(); ++i) {
        EXPECT_EQ(reports[i].url, urls[i]);
        EXPECT_EQ(reports[i].verdict.is_ok(), i % 2 == 0) << reports[i].verdict.reason;
    }
    EXPECT_THAT(check_seeds(sample.torrent, {}, make, {}, dice()), IsEmpty());
}

}  // namespace
}  // namespace mirrorseed::torrentgen
