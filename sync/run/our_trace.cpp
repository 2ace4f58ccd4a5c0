#include "sync/run/our_trace.hpp"

#include "sync/generation/candidate.hpp"

namespace mirrorseed::sync {

Status put_our_trace(Store& store, const TreeRow& tree, const RelPath& place, const OurTrace& trace,
                     GenerationRow& candidate) {
    const auto entry = add_content(store, tree, text_of(trace), trace.ended);
    if (!entry) return entry.error();
    auto& entries = store.catalogue().entries();
    const auto current = entries.find(tree.id, tree.generation, place);
    auto transaction = store.catalogue().begin();
    entries.put(tree.id, tree.generation + 1, place.parent(), place.name(), *entry);
    transaction.commit();
    candidate.bytes += entry->size - (current ? current->size : 0);
    candidate.entries += current ? 0 : 1;
    candidate.files += current ? 0 : 1;
    ++(current ? candidate.changed : candidate.added);
    return {};
}

std::string host_of(const std::string& upstream) {
    const auto begin = upstream.find("://");
    if (begin == std::string::npos) return {};
    const auto rest = upstream.substr(begin + 3);
    const bool in_brackets = rest.starts_with('[');  // an IPv6 address
    return in_brackets ? rest.substr(1, rest.find(']') - 1) : rest.substr(0, rest.find_first_of("/:"));
}

}  // namespace mirrorseed::sync
