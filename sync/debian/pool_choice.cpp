#include "sync/debian/pool_choice.hpp"

#include "core/text.hpp"
#include "sync/debian/dependencies.hpp"

#include <iterator>

namespace mirrorseed::sync::debian {
namespace {

// Those of all of Debian have 60 MiB.
constexpr Bytes most_of_an_index = Bytes{4} << 30;

}  // namespace

Status PoolChoice::read(const std::string& part, ChosenIndex::Kind kind, const Descriptor& index,
                        Packing packing) {
    using Kind = ChosenIndex::Kind;
    parts_.push_back({.name = part});
    const auto here = parts_.size() - 1;
    std::vector<Package> packages;
    const bool all_are_looked_at = wish_.newest > 0 || (wish_.dependencies && kind == Kind::packages);
    const auto seen = [&](Package&& package) -> Status {
        if (tells_ == Tells::not_held_too)
            for (const auto& file : package.files)
                named_.try_emplace(file.path, Held{.size = file.size, .digest = file.digest});
        const bool is_chosen = kind == Kind::udebs ? !wish_.none : is_wanted(wish_, package);
        if (!all_are_looked_at) return is_chosen ? hold(package, here) : Status();
        if (is_chosen || wish_.dependencies) packages.push_back(std::move(package));
        return {};
    };
    auto reader = kind == Kind::sources ? sources_reader(seen) : packages_reader(seen);
    auto done = unpack(index, packing, most_of_an_index, [&](ByteSpan bytes) { return reader.read(bytes); });
    if (done) done = reader.finish();
    return done ? take(kind, std::move(packages)) : done;
}

Status PoolChoice::take(ChosenIndex::Kind kind, std::vector<Package> packages) {
    const bool may_need_more = wish_.dependencies && kind == ChosenIndex::Kind::packages;
    const auto first = all_.size();
    for (const auto at : newest_of(packages, wish_.newest)) {
        if (kind != ChosenIndex::Kind::udebs && !is_wanted(wish_, packages[at])) continue;
        const auto held = may_need_more ? Status() : hold(packages[at], parts_.size() - 1);
        if (!held) return held;
        if (may_need_more) chosen_.push_back(first + at);
    }
    if (!may_need_more) return {};
    part_of_.insert(part_of_.end(), packages.size(), parts_.size() - 1);
    all_.insert(all_.end(), std::move_iterator(packages.begin()), std::move_iterator(packages.end()));
    return {};
}

Result<std::vector<std::string>> PoolChoice::add_dependencies() {
    if (all_.empty()) return std::vector<std::string>();
    auto closure = with_dependencies(all_, chosen_);
    for (const auto at : closure.chosen) {
        const auto held = hold(all_[at], part_of_[at]);
        if (!held) return held.error();
    }
    return std::move(closure.unmet);
}

std::vector<NotHeldFile> PoolChoice::not_held() const {
    std::vector<NotHeldFile> files;
    for (const auto& [path, file] : named_)
        if (!files_.contains(path)) files.push_back({path, file.size, file.digest});
    return files;
}

Status PoolChoice::hold(const Package& package, std::size_t part) {
    for (const auto& file : package.files) {
        const auto [at, is_new] =
            files_.try_emplace(file.path, Held{.size = file.size, .digest = file.digest});
        if (is_new) ++parts_[part].files;
        if (is_new) parts_[part].bytes += file.size;
        if (!is_new && (at->second.digest != file.digest || at->second.size != file.size))
            return Error(Fault::bad_input,
                         "the indices tell two contents of " + escape_text(file.path.str()));
    }
    return {};
}

}  // namespace mirrorseed::sync::debian
