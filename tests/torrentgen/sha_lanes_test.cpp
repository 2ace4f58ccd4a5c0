#include "torrentgen/sha_lanes.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <random>

namespace mirrorseed::torrentgen {

void PrintTo(const ShaKernel* kernel, std::ostream* out) {
    *out << kernel->name;
}

namespace {

std::vector<std::uint8_t> random_bytes(std::size_t size, std::mt19937::result_type seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> bytes(size);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return bytes;
}

// Every kernel that this processor can run.
class EveryKernel : public testing::TestWithParam<const ShaKernel*> {
protected:
    void SetUp() override {
        // A processor without it cannot show anything about it.
        if (!GetParam()->works_here()) GTEST_SKIP() << "this processor has no " << GetParam()->name;
    }
    ShaLanes lanes() const { return {*GetParam(), *GetParam()}; }
};
INSTANTIATE_TEST_SUITE_P(ShaLanes, EveryKernel, testing::ValuesIn(ShaLanes::all()), [](const auto& instance) {
    std::string name = instance.param->name;
    std::erase(name, '-');
    return name;
});

TEST_P(EveryKernel, AgreesWithOpenSslOnEveryLengthAroundABlock) {
    const auto bytes = random_bytes(400, 1);
    std::vector<Sha1State> sha1(301);
    std::vector<Sha256State> sha256(301);
    std::vector<ShaJob<Sha1State>> sha1_jobs;
    std::vector<ShaJob<Sha256State>> sha256_jobs;
    for (std::size_t length = 0; length <= 300; ++length) {
        const auto message = ByteSpan(bytes).subspan(length % 7, length);  // unaligned too
        sha1_jobs.push_back({&sha1[length], message, true});
        sha256_jobs.push_back({&sha256[length], message, true});
    }
    lanes().run(std::span<const ShaJob<Sha1State>>(sha1_jobs));
    lanes().run(std::span<const ShaJob<Sha256State>>(sha256_jobs));
    for (std::size_t length = 0; length <= 300; ++length) {
        EXPECT_EQ(hash_of(sha1[length]).hex(), Sha1::of(sha1_jobs[length].bytes).hex()) << length;
        EXPECT_EQ(hash_of(sha256[length]).hex(), Sha256::of(sha256_jobs[length].bytes).hex()) << length;
    }
}

TEST_P(EveryKernel, AgreesWithOpenSslOnRandomLengthsAndNumbersOfMessages) {
    std::mt19937 random(2);
    for (int round = 0; round < 40; ++round) {
        const auto bytes = random_bytes(200'000, random());
        std::vector<ByteSpan> messages(random() % 50);
        for (auto& message : messages) {
            const auto length = random() % (round % 2 == 0 ? 70'000 : 300);
            message = ByteSpan(bytes).subspan(random() % (bytes.size() - length), length);
        }
        std::vector<Digest> digests(messages.size());
        lanes().hash(messages, digests);
        for (std::size_t i = 0; i < messages.size(); ++i)
            EXPECT_EQ(digests[i].hex(), Sha256::of(messages[i]).hex()) << messages[i].size();
    }
}

TEST_P(EveryKernel, GoesOnWhereAStreamWasLeft) {
    std::mt19937 random(3);
    std::vector<std::vector<std::uint8_t>> streams;
    for (unsigned i = 0; i < 21; ++i)
        streams.push_back(random_bytes(random() % 30'000, i));
    std::vector<Sha1State> states(streams.size());
    constexpr std::size_t window = 1024;
    for (std::size_t at = 0; at < 31'000; at += window) {
        std::vector<ShaJob<Sha1State>> jobs;
        for (std::size_t i = 0; i < streams.size(); ++i) {
            if (at > streams[i].size()) continue;
            const auto rest = ByteSpan(streams[i]).subspan(at);
            const bool last = rest.size() < window;
            jobs.push_back({&states[i], rest.first(std::min(rest.size(), window)), last});
        }
        lanes().run(std::span<const ShaJob<Sha1State>>(jobs));
    }
    for (std::size_t i = 0; i < streams.size(); ++i)
        EXPECT_EQ(hash_of(states[i]).hex(), Sha1::of(streams[i]).hex()) << i;
}

TEST(ShaLanes, KnowsAMessageLongerThanFourGigabits) {
    // The length in bits needs more than 32 of them.
    const std::vector<std::uint8_t> megabyte(1 << 20);
    Sha256State state;
    Sha256 reference;
    for (int i = 0; i < 513; ++i) {
        const ShaJob<Sha256State> job{&state, megabyte, i == 512};
        ShaLanes::named("openssl")->run(std::span(&job, 1));
        reference.see(megabyte);
    }
    EXPECT_EQ(hash_of(state).hex(), reference.finish().hex());
}

TEST(ShaLanes, ChoosesOneThatIsRight) {
    const auto bytes = random_bytes(100, 4);
    const std::array<ByteSpan, 1> messages{ByteSpan(bytes)};
    std::array<Digest, 1> digests{};
    ShaLanes::fastest().hash(messages, digests);
    EXPECT_EQ(digests[0].hex(), Sha256::of(bytes).hex());
}

TEST(ShaLanes, TellsWhichNamesThereAre) {
    EXPECT_TRUE(ShaLanes::named("openssl"));
    const auto none = ShaLanes::named("mmx");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().text(), "\"mmx\" is none of avx512, avx2, sha-ni and openssl (MIRRORSEED_LANES)");
}

}  // namespace
}  // namespace mirrorseed::torrentgen
