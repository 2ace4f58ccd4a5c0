#include "sync/generation/on_demand_budget.hpp"

namespace mirrorseed::sync {
namespace {

Bytes bytes_of(const std::vector<KeptOnDemand>& kept) {
    Bytes bytes = 0;
    for (const auto& one : kept)
        bytes += one.size;
    return bytes;
}

}  // namespace

std::vector<Digest> let_go_of(const std::vector<KeptOnDemand>& kept, Bytes budget) {
    auto bytes = bytes_of(kept);
    std::vector<Digest> go;
    if (bytes <= budget) return go;
    for (auto oldest = kept.begin(); oldest != kept.end() && bytes > budget - budget / 8; ++oldest) {
        bytes -= oldest->size;
        go.push_back(oldest->content);
    }
    return go;
}

OnDemandRoom room_for(Bytes size, const std::vector<KeptOnDemand>& kept, Bytes budget) {
    const auto bytes = bytes_of(kept);
    if (bytes > budget + budget / 4) return OnDemandRoom::none;
    return bytes + size > budget ? OnDemandRoom::gc_is_wanted : OnDemandRoom::enough;
}

}  // namespace mirrorseed::sync
