#include "sync/rpm/repo_choice.hpp"

#include "core/text.hpp"

namespace mirrorseed::sync::rpm {
namespace {

// That of all of Fedora has 200 MiB.
constexpr Bytes most_of_an_index = Bytes{4} << 30;
constexpr std::uint64_t most_packages = 2'000'000;

}  // namespace

Status RepoChoice::read(const RelPath& repo, const Descriptor& primary, Packing packing) {
    std::vector<Package> packages;
    PrimaryReader reader([&](Package&& package) -> Status {
        if (++told_ > most_packages)
            return Error(Fault::bad_input,
                         "the indices name more than " + std::to_string(most_packages) + " packages");
        if (!seen_.contains(package.architecture)) seen_.insert(package.architecture);
        if (tells_ == Tells::not_held_too)
            named_.try_emplace(repo / package.path, Held{.size = package.size, .sum = package.sum});
        if (is_wanted(wish_, package)) packages.push_back(std::move(package));
        return {};
    });
    auto done = unpack(primary, packing, most_of_an_index, [&](ByteSpan bytes) {
        return stop_.stop_requested() ? Status(Error(Fault::refused, "stopped")) : reader.read(bytes);
    });
    if (done) done = reader.finish();
    if (!done) return done;
    std::map<std::string, SelectedPart> parts;
    for (const auto at : newest_of(packages, wish_.newest)) {
        const auto held = hold(repo, packages[at], parts[packages[at].architecture]);
        if (!held) return held;
    }
    for (auto& [architecture, part] : parts) {
        part.name = repo.is_root() ? architecture : repo.str() + "/" + architecture;
        parts_.push_back(std::move(part));
    }
    return {};
}

std::vector<NotHeldFile> RepoChoice::not_held() const {
    std::vector<NotHeldFile> files;
    for (const auto& [path, file] : named_)
        if (!files_.contains(path)) files.push_back({path, file.size, file.sum.digest()});
    return files;
}

Status RepoChoice::hold(const RelPath& repo, const Package& package, SelectedPart& part) {
    const auto [at, is_new] =
        files_.try_emplace(repo / package.path, Held{.size = package.size, .sum = package.sum});
    if (is_new) ++part.files;
    if (is_new) part.bytes += package.size;
    if (is_new || (at->second.sum == package.sum && at->second.size == package.size)) return {};
    return Error(Fault::bad_input, "two contents are told of " + escape_text(at->first.str()));
}

std::vector<std::string> RepoChoice::lacks() const {
    std::vector<std::string> lacks;
    for (const auto& architecture : wish_.architectures)
        if (!seen_.contains(architecture)) lacks.push_back(architecture);
    return lacks;
}

}  // namespace mirrorseed::sync::rpm
