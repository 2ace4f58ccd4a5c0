#include "sync/arch/held_names.hpp"

#include "core/clock.hpp"
#include "sync/link_target.hpp"

namespace mirrorseed::sync::arch {
namespace {

constexpr std::size_t most_names = 9;

}  // namespace

std::vector<PathEntry> held_chain(const HeldEntry& held, const RelPath& path) {
    std::vector<PathEntry> chain;
    for (auto at = path; chain.size() < most_names;) {
        const auto entry = held(at);
        if (!entry || entry->kind == EntryKind::folder) return {};
        chain.push_back({at, *entry});
        if (entry->kind == EntryKind::file) return chain;
        const auto end = end_of_link(at, entry->target, [](std::string_view) { return nullptr; });
        auto target =
            end.path ? RelPath::parse(*end.path) : Result<RelPath>(Error(Fault::unsafe_path, "nowhere"));
        if (!target) return {};
        at = std::move(*target);
    }
    return {};
}

std::string signed_before(const std::string& name, UnixTime made, UnixTime held) {
    if (made == 0 || made >= held) return {};
    return name + " was signed at " + format_iso_time(made) + ", and the one here at " +
           format_iso_time(held);
}

}  // namespace mirrorseed::sync::arch
