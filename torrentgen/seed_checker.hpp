// Asks web seeds for random pieces, as clients would, and hashes what comes.
//
// For each piece and each of its files it builds the URLs of all clients and asks
// each distinct one once, with Range; a client whose URL has failed is asked for
// no more. Pads are zeros and not asked for. Seeds are checked side by side, on a
// thread each, within bounds of pieces, bytes, requests and time.
#pragma once

#include "torrentgen/seed_check.hpp"
#include "torrentgen/seed_choice.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

// Whoever can put a question to a web server. One asker serves one seed, on one thread.
class SeedAsker {
public:
    virtual ~SeedAsker() = default;
    virtual SeedAnswer ask(const SeedQuestion& question, std::chrono::steady_clock::duration at_most) = 0;
};
// For the seed of that URL, on its thread.
using MakeSeedAsker = std::function<std::unique_ptr<SeedAsker>(const std::string& seed)>;

struct SeedCheckOptions {
    PieceBudget budget{};
    std::chrono::steady_clock::duration time = std::chrono::minutes(5);  // for one seed
    Rate slowest{35'000};     // Transmission 4 asks for 4 MiB at a time, and gives it two minutes
    std::size_t at_once = 8;  // seeds
};

SeedReport check_seed(const Torrent& torrent, const std::string& seed, std::span<const std::uint64_t> pieces,
                      SeedAsker& asker, const SeedCheckOptions& options);

// In the order of the seeds. All are asked for the same pieces.
std::vector<SeedReport> check_seeds(const Torrent& torrent, std::span<const std::string> seeds,
                                    const MakeSeedAsker& make_asker, const SeedCheckOptions& options,
                                    const Dice& dice);

}  // namespace mirrorseed::torrentgen
