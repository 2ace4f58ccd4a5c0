#include "torrentgen/seed_choice.hpp"

#include <algorithm>
#include <set>

namespace mirrorseed::torrentgen {
namespace {

class Choice {
public:
    Choice(const Torrent& torrent, const PieceMap& map, const PieceBudget& budget)
        : torrent_(torrent), map_(map), left_(budget) {}

    bool is_full() const { return left_.pieces == 0; }
    bool touches(std::size_t file) const { return files_.contains(file); }

    void consider(std::uint64_t piece) {
        if (is_full() || std::ranges::find(chosen_, piece) != chosen_.end()) return;
        Bytes bytes = 0;
        auto slices = map_.slices(piece);
        for (const auto& slice : slices)
            bytes += slice.length;
        std::erase_if(slices, [&](const Slice& slice) { return torrent_.files[slice.file].pad; });
        if (slices.empty() || bytes > left_.bytes || slices.size() > left_.slices) return;
        chosen_.push_back(piece);
        left_.bytes -= bytes;
        left_.slices -= slices.size();
        --left_.pieces;
        for (const auto& slice : slices)
            files_.insert(slice.file);
    }

    std::vector<std::uint64_t> chosen() && { return std::move(chosen_); }

private:
    const Torrent& torrent_;
    const PieceMap& map_;
    PieceBudget left_;
    std::vector<std::uint64_t> chosen_;
    std::set<std::size_t> files_;
};

std::vector<std::size_t> files_with_content(const Torrent& torrent) {
    std::vector<std::size_t> files;
    for (std::size_t file = 0; file < torrent.files.size(); ++file)
        if (!torrent.files[file].pad && torrent.files[file].length > 0) files.push_back(file);
    return files;
}

// Enough throws to find room where there is some, and an end where there is none.
std::size_t throws_for(const PieceBudget& budget) {
    return budget.pieces * 8;
}

}  // namespace

std::vector<std::uint64_t> choose_pieces(const Torrent& torrent, const PieceMap& map,
                                         const PieceBudget& budget, const Dice& dice) {
    if (map.count() == 0) return {};
    Choice choice(torrent, map, budget);
    choice.consider(0);
    choice.consider(map.count() - 1);

    auto files = files_with_content(torrent);
    for (std::size_t thrown = 0; thrown < throws_for(budget) && !files.empty() && !choice.is_full();
         ++thrown) {
        const auto at = files.begin() + static_cast<std::ptrdiff_t>(dice(files.size()));
        const auto [first, last] = map.pieces_of(*at);
        if (!choice.touches(*at)) choice.consider(first + dice(last - first));
        files.erase(at);
    }
    if (map.count() <= budget.pieces)
        for (std::uint64_t piece = 0; piece < map.count(); ++piece)
            choice.consider(piece);
    for (std::size_t thrown = 0; thrown < throws_for(budget) && !choice.is_full(); ++thrown)
        choice.consider(dice(map.count()));
    return std::move(choice).chosen();
}

}  // namespace mirrorseed::torrentgen
