#include "app/release/seed_care.hpp"

#include "app/release/http_seed_asker.hpp"
#include "app/release/release_offer.hpp"
#include "core/text.hpp"
#include "torrentgen/fair_dice.hpp"
#include "torrentgen/read_torrent.hpp"
#include "torrentgen/seed_checker.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace mirrorseed::app {
namespace {

constexpr std::chrono::seconds longest_question{60};

// As the tree's rules name them for it now.
std::set<std::string> wanted_seeds(const std::vector<ReleaseConfig>& rules, const Release& release) {
    std::set<std::string> urls;
    for (const auto& rule : rules)
        if (rule.match.str() == release.rule)
            for (const auto& root : rule.web_seeds)
                urls.insert(ReleaseUrls::seed_below(root, place_of(release)));
    return urls;
}

class SeedCare {
public:
    SeedCare(Store& store, const Config& config, const TreeConfig& tree, const Log& log, const Clock& clock,
             SeedHosts& hosts, Progress& progress)
        : catalogue_(store.catalogue()),
          config_(config),
          tree_(tree),
          terms_{ReleaseUrls::of(config.server), tree.releases},
          log_(log),
          clock_(clock),
          hosts_(hosts),
          progress_(progress) {}

    Status look_after(const Release& release) {
        const auto wanted = wanted_seeds(tree_.releases, release);
        const auto known = catalogue_.web_seeds().of(release.id);
        std::vector<std::string> stale, due;
        for (const auto& seed : known)
            if (!wanted.contains(seed.url)) stale.push_back(seed.url);
        for (const auto& url : wanted)
            if (is_due(url, known)) due.push_back(url);
        if (stale.empty() && due.empty()) return {};
        const auto reports = due.empty() ? std::vector<torrentgen::SeedReport>() : ask(release, due);
        const auto may_go_on = progress_.go_on();
        if (!may_go_on) return may_go_on;
        auto transaction = catalogue_.begin();
        // While they were asked it may have become a former one, or have been withdrawn.
        const auto now = catalogue_.releases().with_id(release.id);
        if (!now) return {};
        for (const auto& url : stale)
            catalogue_.web_seeds().forget(release.id, url);
        for (std::size_t i = 0; i < reports.size(); ++i)
            note(release, known, due[i], reports[i]);
        const auto renewed = renew_offer(catalogue_, terms_, *now);
        if (!renewed) return renewed;
        note_other_terms(catalogue_, release.tree, terms_);
        transaction.commit();
        return {};
    }

private:
    // A clock that was ahead must not keep anybody from being asked.
    bool is_due(const std::string& url, const std::vector<WebSeed>& known) const {
        const auto seed = std::ranges::find(known, url, &WebSeed::url);
        if (seed == known.end()) return true;
        const auto now = clock_();
        return seed->checked > now || now - seed->checked >= config_.sync.seed_check.count();
    }

    std::vector<torrentgen::SeedReport> ask(const Release& release, const std::vector<std::string>& urls) {
        const auto bytes = catalogue_.releases().description(release.id, "torrent");
        const auto read = torrentgen::read_torrent(bytes.value_or(""));
        if (!read) return {};
        progress_.start("check seeds", urls.size());
        progress_.at(release.path.str());
        const auto make_asker = [&](const std::string&) {
            HttpClientOptions options;
            options.private_addresses =
                config_.sync.allow_private ? PrivateAddresses::allowed : PrivateAddresses::not_from_outside;
            auto client = BlockingHttpClient::make(std::move(options)).value();
            return minding_hosts(
                std::make_unique<HttpSeedAsker>(std::move(client), longest_question, progress_), hosts_);
        };
        return torrentgen::check_seeds(read->torrent, urls, make_asker, {}, torrentgen::fair_dice());
    }

    void note(const Release& release, const std::vector<WebSeed>& known, const std::string& url,
              const torrentgen::SeedReport& report) {
        const bool is_good = report.verdict.is_ok();
        const auto before = std::ranges::find(known, url, &WebSeed::url);
        const bool was_good = before != known.end() && before->is_good;
        if (was_good != is_good)
            log_.info("{}: the web seed {} of {} {}", tree_.name, outside(url), outside(release.path.str()),
                      is_good ? std::string("gives good answers")
                              : "is left out: " + outside(report.verdict.reason));
        catalogue_.web_seeds().set(
            release.id,
            {.url = url, .checked = clock_(), .is_good = is_good, .reason = as_utf8(report.verdict.reason)});
    }

    Catalogue& catalogue_;
    const Config& config_;
    const TreeConfig& tree_;
    OfferTerms terms_;
    const Log& log_;
    const Clock& clock_;
    SeedHosts& hosts_;
    Progress& progress_;
};

}  // namespace

Status care_for_seeds(Store& store, const Config& config, const TreeConfig& tree, const Log& log,
                      const Clock& clock, SeedHosts& hosts, Progress& progress) {
    const auto row = store.catalogue().trees().find(tree.name);
    if (!row) return {};
    SeedCare care(store, config, tree, log, clock, hosts, progress);
    for (const auto& release : store.catalogue().releases().of_tree(row->id)) {
        if (release.hidden) continue;
        const auto done = care.look_after(release);
        if (!done) return done;
    }
    return {};
}

}  // namespace mirrorseed::app
