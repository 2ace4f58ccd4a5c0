#include "sync/debian/index_choice.hpp"

#include "core/text.hpp"
#include "sync/unpacking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace mirrorseed::sync::debian {
namespace {

using Kind = ChosenIndex::Kind;

constexpr std::size_t most_pairs = 10'000;

// Forms of one file by what it is called unpacked.
struct FormsOfOne {
    std::vector<ReleasedFile> packed{};
    std::optional<ReleasedFile> unpacked{};
};
using Forms = std::map<std::string, FormsOfOne, std::less<>>;

// The quickest first.
int cost(const ReleasedFile& file) {
    switch (packing_of(file.path.name())) {
        case Packing::zstd:
            return 0;
        case Packing::gzip:
            return 1;
        case Packing::xz:
            return 2;
        case Packing::bzip2:
            return 3;
        case Packing::none:
            break;
    }
    return 4;
}

Forms forms_of(const ReleaseFile& release) {
    Forms forms;
    for (const auto& file : release.files) {
        auto& one = forms[std::string(unpacked_name(file.path.str()))];
        if (packing_of(file.path.name()) == Packing::none)
            one.unpacked = file;
        else
            one.packed.push_back(file);
    }
    for (auto& [name, one] : forms) {
        if (one.packed.empty()) one.packed.push_back(*std::exchange(one.unpacked, std::nullopt));
        std::stable_sort(one.packed.begin(), one.packed.end(),
                         [](const auto& a, const auto& b) { return cost(a) < cost(b); });
    }
    return forms;
}

class Choice {
public:
    Choice(const ReleaseFile& release, const IndexWish& wish)
        : release_(release), wish_(wish), forms_(forms_of(release)) {
        const auto has = what_it_has();
        components_ = wish.components.empty() ? strings(has.components) : wish.components;
        architectures_ = wish.architectures.empty() ? strings(has.architectures) : wish.architectures;
    }

    Result<IndexChoice> make() {
        if (components_.size() * architectures_.size() > most_pairs)
            return Error(Fault::bad_input, fmt::format("it has {} components for {} architectures",
                                                       components_.size(), architectures_.size()));
        for (const auto& component : components_) {
            for (const auto& architecture : architectures_)
                choose(component, architecture);
            for_all_architectures(component);
        }
        if (wish_.contents) take_contents({});
        return std::move(choice_);
    }

private:
    struct Has {
        std::set<std::string> components{}, architectures{};
    };

    static std::vector<std::string> strings(const std::set<std::string>& set) {
        return {set.begin(), set.end()};
    }

    // By its indices, for what Release says of them is often more than there is.
    Has what_it_has() const {
        constexpr std::string_view packages = "/Packages", sources = "/source/Sources", binary = "/binary-";
        Has has;
        for (const auto& [name, files] : forms_) {
            const std::string_view text = name;
            const auto at = text.rfind(binary);
            if (text.ends_with(sources)) {
                has.components.insert(name.substr(0, name.size() - sources.size()));
                has.architectures.insert("source");
            } else if (text.ends_with(packages) && at != text.npos &&
                       text.find("/debian-installer/") == text.npos) {
                has.components.insert(name.substr(0, at));
                has.architectures.insert(
                    name.substr(at + binary.size(), name.size() - at - binary.size() - packages.size()));
            }
        }
        return has;
    }

    void choose(const std::string& component, const std::string& architecture) {
        if (architecture == "source") return choose_sources(component);
        const auto folder = component + "/binary-" + architecture + "/";
        const bool is_there = take(folder + "Packages", Kind::packages, component, architecture);
        // Where each architecture's index has what is for all of them, there is none for those.
        if (!is_there && architecture != "all") lack("Packages of " + component + " for " + architecture);
        if (!is_there) return;
        take(folder + "Release", Kind::plain, component, architecture);
        if (wish_.dep11)
            take(component + "/dep11/Components-" + architecture + ".yml", Kind::plain, component,
                 architecture);
        if (wish_.cnf)
            take(component + "/cnf/Commands-" + architecture, Kind::plain, component, architecture);
        if (wish_.installer) choose_installer_of(component, architecture);
    }

    // Its packages, and the images that it begins from.
    void choose_installer_of(const std::string& component, const std::string& architecture) {
        take(component + "/debian-installer/binary-" + architecture + "/Packages", Kind::udebs, component,
             architecture);
        auto installer = choose_installer(release_, component + "/installer-" + architecture);
        for (auto& list : installer.lists)
            if (taken_.insert(list.list.path.str()).second)
                choice_.indices.push_back({.kind = Kind::images,
                                           .component = component,
                                           .architecture = architecture,
                                           .forms = {std::move(list.list)},
                                           .otherwise = std::move(list.current),
                                           .link = installer.current});
    }

    void choose_sources(const std::string& component) {
        const bool is_there = take(component + "/source/Sources", Kind::sources, component, "source");
        if (!is_there) lack("Sources of " + component);
        if (is_there) take(component + "/source/Release", Kind::plain, component, "source");
    }

    // apt-file asks for those of all architectures beside its own.
    void take_contents(const std::string& folder) {
        for (const auto& architecture : architectures_)
            take(folder + "Contents-" + architecture, Kind::plain, {}, architecture);
        if (has_binaries()) take(folder + "Contents-all", Kind::plain, {}, "all");
    }

    void lack(const std::string& what) {
        if (is_asked_for()) choice_.lacks.push_back(what);
    }

    // Both are, so that it must be there.
    bool is_asked_for() const { return !wish_.components.empty() && !wish_.architectures.empty(); }

    void for_all_architectures(const std::string& component) {
        if (release_.has_index_for_all && has_binaries()) choose(component, "all");
        if (wish_.contents) take_contents(component + "/");
        const auto folder = component + "/";
        for (auto at = forms_.lower_bound(folder); at != forms_.end() && at->first.starts_with(folder);
             ++at) {
            const auto& name = at->first;
            const auto path = RelPath::parse(name).value();
            if (is_translation(component, path) || is_icon(component, path))
                take(name, Kind::plain, component, {});
        }
    }

    bool has_binaries() const {
        return std::any_of(architectures_.begin(), architectures_.end(),
                           [](const auto& name) { return name != "source" && name != "all"; });
    }

    bool is_translation(const std::string& component, const RelPath& path) const {
        constexpr std::string_view prefix = "Translation-";
        const auto name = path.name();
        if (path.parent().str() != component + "/i18n" || !name.starts_with(prefix)) return false;
        const auto language = RelPath::parse_name(name.substr(prefix.size()));
        return language && std::any_of(wish_.languages.begin(), wish_.languages.end(),
                                       [&](const Glob& wanted) { return wanted.matches(*language); });
    }

    bool is_icon(const std::string& component, const RelPath& path) const {
        return wish_.dep11 && path.parent().str() == component + "/dep11" &&
               path.name().starts_with("icons-");
    }

    bool take(const std::string& name, Kind kind, const std::string& component,
              const std::string& architecture) {
        const auto at = forms_.find(name);
        if (at == forms_.end()) return false;
        if (taken_.insert(name).second)
            choice_.indices.push_back({.kind = kind,
                                       .component = component,
                                       .architecture = architecture,
                                       .forms = at->second.packed,
                                       .otherwise = at->second.unpacked,
                                       .link = std::nullopt});
        return true;
    }

    const ReleaseFile& release_;
    const IndexWish& wish_;
    Forms forms_;
    std::vector<std::string> components_, architectures_;
    std::set<std::string> taken_;
    IndexChoice choice_;
};

}  // namespace

Result<IndexChoice> choose_indices(const ReleaseFile& release, const IndexWish& wish) {
    return Choice(release, wish).make();
}

}  // namespace mirrorseed::sync::debian
