#include "sync/generation/manifest_forms.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

bool is_full(const ManifestFiles& files, Generation generation) {
    return std::find(files.full.begin(), files.full.end(), generation) != files.full.end();
}

bool has_pair(const ManifestFiles& files, const ManifestPair& pair) {
    return std::find(files.pairs.begin(), files.pairs.end(), pair) != files.pairs.end();
}

std::optional<ManifestPair> pair_to_newer(const ManifestFiles& files, Generation older) {
    for (const auto& pair : files.pairs)
        if (pair.older == older && older != 0) return pair;
    return std::nullopt;
}

std::optional<ManifestPair> pair_to_older(const ManifestFiles& files, Generation newer) {
    for (const auto& pair : files.pairs)
        if (pair.newer == newer) return pair;
    return std::nullopt;
}

// How many in a row would be differences alone, were the one at `at` one too.
std::size_t chain_with(const ManifestFiles& files, std::size_t at) {
    const auto& all = files.heads;
    std::size_t length = 1;
    for (auto i = at; i-- > 0 && !is_full(files, all[i]);)
        ++length;
    for (auto i = at + 1; i < all.size() && !is_full(files, all[i]); ++i)
        ++length;
    return length;
}

void go(const ManifestFiles& files, Generation generation, DifferenceSide direction,
        std::vector<ManifestWay>& ways) {
    std::vector<ManifestPair> way;
    int full_ones = 0;
    for (auto at = generation; full_ones < 2;) {
        const auto pair =
            direction == DifferenceSide::newer ? pair_to_newer(files, at) : pair_to_older(files, at);
        if (!pair) return;
        way.insert(way.begin(), *pair);
        at = direction == DifferenceSide::newer ? pair->newer : pair->older;
        if (at != 0 && !is_full(files, at)) continue;
        ways.push_back({at, way});
        if (at == 0) return;
        ++full_ones;
    }
}

}  // namespace

std::optional<Shortening> next_to_shorten(const ManifestFiles& files,
                                          const std::vector<Generation>& passed_over) {
    for (auto i = files.heads.size(); i-- > always_full;) {
        const ManifestPair pair{files.heads[i], files.heads[i - 1]};
        const bool cannot =
            std::find(passed_over.begin(), passed_over.end(), pair.older) != passed_over.end();
        if (cannot || !is_full(files, pair.older) || chain_with(files, i) > longest_chain) continue;
        const Shortening step{pair, has_pair(files, pair), is_full(files, pair.newer)};
        if (step.has_difference || step.is_newer_full) return step;
    }
    return std::nullopt;
}

std::vector<Generation> manifests_to_remove(const ManifestFiles& files, Generation oldest,
                                            Generation published) {
    std::vector<Generation> numbers = files.heads;
    numbers.insert(numbers.end(), files.full.begin(), files.full.end());
    for (const auto& pair : files.pairs)
        if (pair.older != 0) numbers.push_back(pair.older);
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    const auto before = std::lower_bound(numbers.begin(), numbers.end(), published);
    const auto keep_from = before == numbers.begin() ? published : std::min(oldest, *(before - 1));
    numbers.erase(std::lower_bound(numbers.begin(), numbers.end(), keep_from), numbers.end());
    return numbers;
}

std::vector<ManifestPair> differences_to_remove(const ManifestFiles& files) {
    std::vector<ManifestPair> superseded;
    if (files.pairs.empty() || files.pairs.front().older == 0) return superseded;
    for (const auto& pair : files.pairs)
        if (pair.older == 0) superseded.push_back(pair);
    return superseded;
}

std::vector<ManifestWay> ways_to(const ManifestFiles& files, Generation generation) {
    std::vector<ManifestWay> ways;
    if (is_full(files, generation)) ways.push_back({generation});
    go(files, generation, DifferenceSide::newer, ways);
    go(files, generation, DifferenceSide::older, ways);
    std::stable_sort(ways.begin(), ways.end(),
                     [](const auto& a, const auto& b) { return a.pairs.size() < b.pairs.size(); });
    return ways;
}

std::optional<ManifestWay> way_from_newer(const ManifestFiles& files, Generation generation) {
    std::vector<ManifestWay> ways;
    go(files, generation, DifferenceSide::newer, ways);
    return ways.empty() ? std::nullopt : std::optional(ways.front());
}

}  // namespace mirrorseed::sync
