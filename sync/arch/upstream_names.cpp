#include "sync/arch/upstream_names.hpp"

#include "core/text.hpp"
#include "sync/link_target.hpp"

namespace mirrorseed::sync::arch {
namespace {

constexpr std::size_t most_links = 8;

Error bad_link(const RelPath& path, const char* why) {
    return {Fault::bad_input, escape_text(path.str()) + " is " + why};
}

}  // namespace

Result<UpstreamNames::Led> UpstreamNames::follow(const RelPath& path) {
    Led led{.file = path};
    for (;;) {
        const auto entry = look(led.file, led.is_told);
        if (!entry) return entry.error();
        led.entry = *entry;
        if (!*entry || (*entry)->kind != EntryKind::link) break;
        if (led.links.size() == most_links) return bad_link(path, "a symbolic link that leads on and on");
        led.links.push_back({led.file, **entry});
        const auto end = end_of_link(led.file, (*entry)->target, [](std::string_view) { return nullptr; });
        const auto target =
            end.path ? RelPath::parse(*end.path) : Result<RelPath>(Error(Fault::unsafe_path, "nowhere"));
        if (!target || target->is_root()) return bad_link(path, leaves_the_tree);
        led.file = *target;
    }
    if (!led.is_told || (led.entry && led.entry->kind != EntryKind::file)) led.entry.reset();
    return led;
}

// Of the upstream, or where that does not tell links of the tree.
Result<std::optional<Entry>> UpstreamNames::look(const RelPath& path, bool& is_told) {
    const auto names = folder(path.parent());
    if (!names) return names.error();
    is_told = (*names)->has_value();
    if (!is_told) return around_.held_entry(path);
    const auto at = (**names)->find(path.name());
    return at ? std::optional((**names)->at(*at).entry) : std::nullopt;
}

Result<const std::optional<PackedFolder>*> UpstreamNames::folder(const RelPath& path) {
    const auto known = folders_.find(path);
    if (known != folders_.end()) return &known->second;
    auto names = around_.names_in(path);
    if (!names) return names.error();
    return &folders_.emplace(path, std::move(*names)).first->second;
}

}  // namespace mirrorseed::sync::arch
