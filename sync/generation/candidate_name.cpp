#include "sync/generation/candidate_name.hpp"

#include "core/store/manifest_line.hpp"

namespace mirrorseed::sync {
namespace {

constexpr std::size_t name_length = 8;

}  // namespace

void CandidateName::see(const EntryChange& change) {
    if (change.before == change.after) return;
    line_.clear();
    if (change.after) {
        line_ += change.after->hidden ? '*' : '+';
        append_manifest_line(line_, change.path.str(), *change.after);
    } else {
        line_ += '-';
        line_ += change.path.str();
        line_ += '\0';
    }
    hash_.see(as_bytes(line_));
}

std::string CandidateName::finish() {
    return hash_.finish().hex().substr(0, name_length);
}

std::string name_of_candidate(Store& store, const TreeRow& tree) {
    CandidateName name;
    store.catalogue().entries().each_change(tree.id, tree.generation + 1,
                                            [&](const EntryChange& change) { name.see(change); });
    return name.finish();
}

}  // namespace mirrorseed::sync
