// What /-/metrics tells of trees, jobs and the store: who has to look after what?
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/status.hpp"
#include "core/clock.hpp"
#include "core/store/catalogue.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

struct TreeFacts {
    TreeRow tree{};
    GenerationRow generation{};
    std::optional<RunRow> last_run{};
    std::uint64_t warnings = 0, unfinished = 0;
    UnixTime valid_until = 0;  // of its metadata; 0: it tells none
    std::string upstream{};    // that was asked last
};

struct MirrorFacts {
    std::vector<TreeFacts> trees{};  // that are published, and those that the config names
    std::optional<LiveState> live{};
    Bytes free = 0;
    Contents::Sum stored{};
};

// Reads them. What is stored takes a walk over all of it, and is as it was within the last minute.
class MirrorFactsReader {
public:
    MirrorFacts read(const Config& config, Catalogue& catalogue, const std::optional<LiveState>& live,
                     UnixTime now);

private:
    std::mutex mutex_;
    Contents::Sum stored_;
    std::optional<UnixTime> counted_{};
};

// Pure. In Prometheus' text form.
std::string mirror_metrics(const Config& config, const MirrorFacts& facts, UnixTime now);

}  // namespace mirrorseed::app
