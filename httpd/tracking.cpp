#include "httpd/tracking.hpp"

#include "core/store/catalogue.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_tries(250);

}  // namespace

Tracking::Tracking(std::string catalogue_file) : file_(std::move(catalogue_file)), watch_(file_) {}

bool Tracking::is_level() const noexcept {
    return watch_.holds_since(epoch_.load(std::memory_order_acquire)) == Holds::yes;
}

void Tracking::catch_up() noexcept {
    const std::lock_guard lock(mutex_);
    if (steady_clock::now() - failed_ < between_tries) return;
    try {
        const auto epoch = watch_.epoch();
        if (epoch == epoch_) return;
        auto catalogue = Catalogue::open_to_read(file_);
        std::vector<tracker::InfoHash> hashes;
        for (const auto& hash : catalogue.releases().listed_hashes())
            hashes.push_back(hash.bytes);
        tracker_.swarms.track(std::move(hashes));
        tracker_.knows_hashes = true;
        epoch_.store(epoch, std::memory_order_release);
    } catch (const std::exception&) {
        failed_ = steady_clock::now();  // those who serve from it tell what is wrong with it
    }
}

tracker::SwarmCounts counts_of(const Release& release,
                               const std::function<tracker::SwarmCounts(const tracker::InfoHash&)>& of_hash) {
    tracker::SwarmCounts all;
    const auto add = [&](const auto& hash) {
        if (!hash) return;
        tracker::InfoHash first;
        std::copy_n(hash->bytes.begin(), first.size(), first.begin());
        all += of_hash(first);
    };
    add(release.info_hash_v1);
    add(release.info_hash_v2);
    return all;
}

tracker::SwarmCounts Tracking::counts(const Release& release) const {
    return counts_of(release, [this](const tracker::InfoHash& hash) {
        return tracker_.swarms.counts(hash).value_or(tracker::SwarmCounts());
    });
}

void Tracking::sweep(tracker::Time now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (swept_.exchange(second, std::memory_order_relaxed) != second) tracker_.swarms.sweep(now);
}

}  // namespace mirrorseed::httpd
