#include "sync/debian/dependencies.hpp"

#include "core/text.hpp"
#include "sync/debian/relations.hpp"
#include "sync/debian/version.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace mirrorseed::sync::debian {
namespace {

struct Provider {
    std::size_t place;
    std::string version;  // empty: of no version
};

class Universe {
public:
    explicit Universe(const std::vector<Package>& packages) : packages_(packages) {
        for (std::size_t at = 0; at < packages.size(); ++at) {
            named_[packages[at].name].push_back(at);
            const auto provided = parse_relations(packages[at].provides);
            if (!provided) continue;  // what nobody can read provides nothing
            for (const auto& one : *provided)
                provided_[one.front().name].push_back({at, one.front().version});
        }
    }

    // Empty where there is none.
    std::vector<std::size_t> that_are(const Relation& wanted, const Package& from) const {
        const auto named = newest_named(wanted, from);
        if (!named.empty()) return named;
        std::vector<std::size_t> found;
        const auto at = provided_.find(wanted.name);
        if (at == provided_.end()) return found;
        for (const auto& [place, version] : at->second)
            if (fits(from, packages_[place]) && provides(version, wanted)) found.push_back(place);
        return found;
    }

private:
    static bool fits(const Package& from, const Package& other) {
        return from.architecture == "all" || other.architecture == "all" ||
               from.architecture == other.architecture;
    }

    static bool provides(const std::string& version, const Relation& wanted) {
        return wanted.is == Relation::Is::any || (!version.empty() && satisfies(version, wanted));
    }

    // For each architecture one, where it is for a package of all.
    std::vector<std::size_t> newest_named(const Relation& wanted, const Package& from) const {
        std::vector<std::size_t> newest;
        const auto at = named_.find(wanted.name);
        if (at == named_.end()) return newest;
        for (const auto place : at->second) {
            const auto& package = packages_[place];
            if (!fits(from, package) || !satisfies(package.version, wanted)) continue;
            const auto same = std::find_if(newest.begin(), newest.end(), [&](std::size_t other) {
                return packages_[other].architecture == package.architecture;
            });
            if (same == newest.end())
                newest.push_back(place);
            else if (compare_versions(package.version, packages_[*same].version) > 0)
                *same = place;
        }
        return newest;
    }

    const std::vector<Package>& packages_;
    std::unordered_map<std::string_view, std::vector<std::size_t>> named_;
    std::unordered_map<std::string, std::vector<Provider>> provided_;
};

std::string shown(const Relation& relation) {
    constexpr std::string_view signs[] = {"", "<<", "<=", "=", ">=", ">>"};
    auto text = escape_text(relation.name);
    if (relation.is != Relation::Is::any)
        text.append(" (")
            .append(signs[static_cast<int>(relation.is)])
            .append(" ")
            .append(escape_text(relation.version))
            .append(")");
    return text;
}

class Walk {
public:
    explicit Walk(const std::vector<Package>& packages) : packages_(packages), universe_(packages) {}

    Result<Closure> from(const std::vector<std::size_t>& chosen, const std::stop_token& stop) {
        for (const auto place : chosen)
            take(place);
        while (!open_.empty()) {
            if (stop.stop_requested()) return Error(Fault::refused, "stopped");
            const auto place = open_.back();
            open_.pop_back();
            need(packages_[place], packages_[place].pre_depends);
            need(packages_[place], packages_[place].depends);
        }
        return Closure{.chosen = {taken_.begin(), taken_.end()}, .unmet = {unmet_.begin(), unmet_.end()}};
    }

private:
    void take(std::size_t place) {
        if (taken_.insert(place).second) open_.push_back(place);
    }

    void need(const Package& package, const std::string& relations) {
        const auto wanted = parse_relations(relations);
        if (!wanted) {
            unmet_.insert(escape_text(package.name) + ": " + wanted.error().text());
            return;
        }
        for (const auto& alternatives : *wanted)
            if (!take_first(package, alternatives))
                unmet_.insert(escape_text(package.name) + " needs " + shown(alternatives.front()));
    }

    bool take_first(const Package& package, const Alternatives& alternatives) {
        return std::any_of(alternatives.begin(), alternatives.end(),
                           [&](const Relation& wanted) { return take_all(package, wanted); });
    }

    // What many need is looked for once.
    bool take_all(const Package& package, const Relation& wanted) {
        const auto key = shown(wanted) + "\n" + package.architecture;
        const auto known = is_met_.find(key);
        if (known != is_met_.end()) return known->second;
        const auto found = universe_.that_are(wanted, package);
        for (const auto place : found)
            take(place);
        return is_met_[key] = !found.empty();
    }

    const std::vector<Package>& packages_;
    Universe universe_;
    std::set<std::size_t> taken_;
    std::set<std::string> unmet_;
    std::unordered_map<std::string, bool> is_met_;  // what was looked for, for an architecture
    std::vector<std::size_t> open_;
};

}  // namespace

Result<Closure> with_dependencies(const std::vector<Package>& packages,
                                  const std::vector<std::size_t>& chosen, const std::stop_token& stop) {
    return Walk(packages).from(chosen, stop);
}

}  // namespace mirrorseed::sync::debian
