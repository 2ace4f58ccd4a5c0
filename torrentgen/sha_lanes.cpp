#include "torrentgen/sha_lanes.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <optional>

namespace mirrorseed::torrentgen {
namespace {

constexpr std::size_t sha_block = 64;

// The end of a stream as SHA wants it: what is behind the last whole block, a one bit, zeros, the length in
// bits.
class Tail {
public:
    Tail(ByteSpan rest, std::uint64_t seen) : blocks_(rest.size() + 9 <= sha_block ? 1 : 2) {
        std::copy(rest.begin(), rest.end(), bytes_.begin());
        bytes_[rest.size()] = 0x80;
        for (std::size_t i = 0; i < 8; ++i)
            bytes_[blocks_ * sha_block - 1 - i] = static_cast<std::uint8_t>((seen * 8) >> (8 * i));
    }
    const std::uint8_t* data() const noexcept { return bytes_.data(); }
    std::size_t blocks() const noexcept { return blocks_; }

private:
    std::array<std::uint8_t, 2 * sha_block> bytes_{};
    std::size_t blocks_;
};

// Whole blocks that one state is to take.
struct Run {
    std::uint32_t* state;
    const std::uint8_t* data;
    std::size_t blocks;
};

// Keeps a kernel's lanes filled: when the shortest of them ends, its state goes home and the next run takes
// the lane.
template <std::size_t words>
class LaneFiller {
public:
    LaneFiller(const ShaKernel& kernel, ShaKernel::Rounds rounds) : lanes_(kernel.lanes), rounds_(rounds) {}

    void go(std::span<const Run> runs) {
        std::size_t next = 0, busy = 0;
        for (unsigned lane = 0; lane < lanes_; ++lane)
            if (take(lane, runs, next)) ++busy;
        while (busy > 0) {
            const auto blocks = shortest();
            rounds_(state_.data(), data_.data(), blocks);
            for (unsigned lane = 0; lane < lanes_; ++lane) {
                if (left_[lane] == 0) continue;
                data_[lane] += blocks * sha_block;
                left_[lane] -= blocks;
                if (left_[lane] > 0) continue;
                give_back(lane);
                if (!take(lane, runs, next)) --busy;
            }
        }
    }

private:
    bool take(unsigned lane, std::span<const Run> runs, std::size_t& next) {
        while (next < runs.size() && runs[next].blocks == 0)
            ++next;
        if (next == runs.size()) return false;
        const auto& run = runs[next++];
        for (std::size_t word = 0; word < words; ++word)
            state_[word * lanes_ + lane] = run.state[word];
        home_[lane] = run.state;
        data_[lane] = run.data;
        left_[lane] = run.blocks;
        return true;
    }

    void give_back(unsigned lane) {
        for (std::size_t word = 0; word < words; ++word)
            home_[lane][word] = state_[word * lanes_ + lane];
    }

    std::size_t shortest() {
        auto blocks = std::numeric_limits<std::size_t>::max();
        for (unsigned lane = 0; lane < lanes_; ++lane)
            if (left_[lane] > 0) blocks = std::min(blocks, left_[lane]);
        lend_data();
        return blocks;
    }

    // An idle lane hashes along with a busy one, into a state that nobody wants.
    void lend_data() {
        const auto busy =
            std::find_if(left_.begin(), left_.begin() + lanes_, [](auto left) { return left > 0; });
        if (busy == left_.begin() + lanes_) return;
        for (unsigned lane = 0; lane < lanes_; ++lane)
            if (left_[lane] == 0) data_[lane] = data_[static_cast<std::size_t>(busy - left_.begin())];
    }

    const unsigned lanes_;
    const ShaKernel::Rounds rounds_;
    alignas(64) std::array<std::uint32_t, words * most_sha_lanes> state_{};
    std::array<const std::uint8_t*, most_sha_lanes> data_{};
    std::array<std::size_t, most_sha_lanes> left_{};
    std::array<std::uint32_t*, most_sha_lanes> home_{};
};

template <std::size_t words, class State>
void run_jobs(const ShaKernel& kernel, ShaKernel::Rounds rounds, std::span<const ShaJob<State>> jobs) {
    std::vector<Run> runs;
    std::vector<Tail> tails;
    runs.reserve(jobs.size());
    tails.reserve(jobs.size());
    for (const auto& job : jobs) {
        assert(job.last || job.bytes.size() % sha_block == 0);
        job.state->seen += job.bytes.size();
        runs.push_back({job.state->words.data(), job.bytes.data(), job.bytes.size() / sha_block});
    }
    LaneFiller<words> filler(kernel, rounds);
    filler.go(runs);
    runs.clear();
    for (const auto& job : jobs) {
        if (!job.last) continue;
        tails.emplace_back(job.bytes.subspan(job.bytes.size() / sha_block * sha_block), job.state->seen);
        runs.push_back({job.state->words.data(), tails.back().data(), tails.back().blocks()});
    }
    filler.go(runs);
}

template <class Hash, class State>
Hash big_endian(const State& state) noexcept {
    Hash hash;
    for (std::size_t i = 0; i < hash.bytes.size(); ++i)
        hash.bytes[i] = static_cast<std::uint8_t>(state.words[i / 4] >> (24 - 8 * (i % 4)));
    return hash;
}

constexpr std::array<const ShaKernel*, 4> kernels{&avx512_kernel, &avx2_kernel, &sha_ni_kernel,
                                                  &openssl_kernel};

// Sixteen blocks of a torrent, of bytes that are nothing special.
class Sample {
public:
    Sample() : bytes_(16 * 16 * 1024) {
        std::uint32_t value = 1;
        for (auto& byte : bytes_) {
            value = value * 1664525 + 1013904223;
            byte = static_cast<std::uint8_t>(value >> 24);
        }
    }

    // Nothing when a hash is wrong; else the time, the better of two.
    template <class State, class Hash>
    std::optional<std::chrono::nanoseconds> time(const ShaLanes& lanes) const {
        const auto size = bytes_.size() / 16;
        auto best = std::chrono::nanoseconds::max();
        for (int round = 0; round < 2; ++round) {
            std::array<State, 16> states;
            std::array<ShaJob<State>, 16> jobs;
            for (std::size_t i = 0; i < 16; ++i)
                jobs[i] = {&states[i], ByteSpan(bytes_).subspan(i * size, size - i), true};
            const auto begin = std::chrono::steady_clock::now();
            lanes.run(std::span<const ShaJob<State>>(jobs));
            best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
            if (round > 0) continue;
            for (std::size_t i = 0; i < 16; ++i)
                if (hash_of(states[i]) != Hash::of(jobs[i].bytes)) return std::nullopt;
        }
        return best;
    }

private:
    std::vector<std::uint8_t> bytes_;
};

template <class State, class Hash>
const ShaKernel& quickest(const Sample& sample) {
    const ShaKernel* best = &openssl_kernel;
    auto best_time = std::chrono::nanoseconds::max();
    for (const auto* kernel : kernels) {
        if (!kernel->works_here()) continue;
        const auto time = sample.time<State, Hash>(ShaLanes(*kernel, *kernel));
        if (!time || *time >= best_time) continue;
        best = kernel;
        best_time = *time;
    }
    return *best;
}

}  // namespace

ShaLanes ShaLanes::fastest() {
    const Sample sample;
    return {quickest<Sha1State, Sha1>(sample), quickest<Sha256State, Sha256>(sample)};
}

Result<ShaLanes> ShaLanes::named(std::string_view name) {
    for (const auto* kernel : kernels) {
        if (kernel->name != name) continue;
        if (!kernel->works_here())
            return Error(Fault::unsupported, std::string("this processor has no ") + kernel->name);
        return ShaLanes(*kernel, *kernel);
    }
    return Error(Fault::bad_input,
                 in_quotes(name) + " is none of avx512, avx2, sha-ni and openssl (MIRRORSEED_LANES)");
}

Result<ShaLanes> ShaLanes::chosen() {
    const char* name = std::getenv("MIRRORSEED_LANES");
    if (name != nullptr && *name != '\0') return named(name);
    return fastest();
}

std::span<const ShaKernel* const> ShaLanes::all() noexcept {
    return kernels;
}

std::string ShaLanes::name() const {
    if (sha1_ == sha256_) return sha1_->name;
    return std::string(sha1_->name) + " and " + sha256_->name;
}

void ShaLanes::run(std::span<const ShaJob<Sha1State>> jobs) const {
    run_jobs<5>(*sha1_, sha1_->sha1, jobs);
}

void ShaLanes::run(std::span<const ShaJob<Sha256State>> jobs) const {
    run_jobs<8>(*sha256_, sha256_->sha256, jobs);
}

void ShaLanes::hash(std::span<const ByteSpan> messages, std::span<Digest> digests) const {
    assert(messages.size() == digests.size());
    std::vector<Sha256State> states(messages.size());
    std::vector<ShaJob<Sha256State>> jobs;
    jobs.reserve(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i)
        jobs.push_back({&states[i], messages[i], true});
    run(std::span<const ShaJob<Sha256State>>(jobs));
    for (std::size_t i = 0; i < messages.size(); ++i)
        digests[i] = hash_of(states[i]);
}

Sha1Hash hash_of(const Sha1State& state) noexcept {
    return big_endian<Sha1Hash>(state);
}

Digest hash_of(const Sha256State& state) noexcept {
    return big_endian<Digest>(state);
}

}  // namespace mirrorseed::torrentgen
