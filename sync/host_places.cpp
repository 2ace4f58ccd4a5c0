#include "sync/host_places.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace mirrorseed::sync {
namespace {

// What is wanted no longer is noticed within this time.
constexpr std::chrono::milliseconds glance{50};

}  // namespace

std::string upstream_host(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos || url.starts_with("file:")) return {};
    auto host = url.substr(scheme + 3);
    host = host.substr(0, host.find('/'));
    const auto user = host.rfind('@');
    if (user != host.npos) host.erase(0, user + 1);
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return host;
}

unsigned fair_share(unsigned connections, std::size_t guests) {
    if (guests <= 1) return connections;
    return static_cast<unsigned>(std::max<std::size_t>(1, (connections + guests - 1) / guests));
}

unsigned HostPlaces::Host::connections() const {
    unsigned most = 1;
    for (const auto& guest : guests)
        most = std::max(most, guest.most);
    return most;
}

unsigned HostPlaces::Host::held() const {
    return std::accumulate(guests.begin(), guests.end(), 0U,
                           [](unsigned sum, const Guest& guest) { return sum + guest.held; });
}

unsigned HostPlaces::Host::share_of(const Guest& guest) const {
    return std::min(guest.most, fair_share(connections(), guests.size()));
}

bool HostPlaces::Host::is_waited_for(Haste haste) const {
    return std::any_of(guests.begin(), guests.end(), [&](const Guest& guest) {
        return guest.waits > 0 && guest.haste == haste && guest.held < share_of(guest);
    });
}

bool HostPlaces::Host::has_one_for(const Guest& guest) const {
    const auto other = guest.haste == Haste::none ? Haste::somebody_waits : Haste::none;
    const bool is_last = held() + 1 == connections();
    return held() < connections() && guest.held < share_of(guest) &&
           (!is_last || is_turn_of(guest.haste, last, is_waited_for(other)));
}

HostGuest HostPlaces::enter(const std::shared_ptr<HostPlaces>& places, const std::string& host, unsigned most,
                            Haste haste) {
    if (!places || host.empty()) return {};
    return HostGuest(std::make_shared<HostGuest::Stay>(places, host, most, haste));
}

HostGuest::Stay::Stay(std::shared_ptr<HostPlaces> at, const std::string& name, unsigned most, Haste haste)
    : places(std::move(at)) {
    const std::lock_guard lock(places->mutex_);
    host = places->hosts_.try_emplace(name).first;
    auto& guests = host->second.guests;
    guest = guests.insert(guests.end(), HostPlaces::Guest{.most = std::max(1U, most), .haste = haste});
}

HostGuest::Stay::~Stay() {
    const std::lock_guard lock(places->mutex_);
    host->second.guests.erase(guest);
    if (host->second.guests.empty()) places->hosts_.erase(host);
    places->freed_.notify_all();
}

HostGuest::Place::~Place() {
    if (!stay_) return;
    const std::lock_guard lock(stay_->places->mutex_);
    --stay_->guest->held;
    stay_->places->freed_.notify_all();
}

std::optional<HostGuest::Place> HostGuest::take_while(const std::function<bool()>& is_wanted) const {
    if (!stay_) return is_wanted() ? std::optional(Place({})) : std::nullopt;
    auto& guest = *stay_->guest;
    auto& host = stay_->host->second;
    while (is_wanted()) {
        std::unique_lock lock(stay_->places->mutex_);
        ++guest.waits;
        const bool is_free =
            stay_->places->freed_.wait_for(lock, glance, [&] { return host.has_one_for(guest); });
        --guest.waits;
        if (!is_free) continue;
        ++guest.held;
        host.last = guest.haste;
        return Place(stay_);
    }
    return std::nullopt;
}

bool HostGuest::holds_too_many() const {
    if (!stay_) return false;
    const std::lock_guard lock(stay_->places->mutex_);
    const auto& guest = *stay_->guest;
    const auto& host = stay_->host->second;
    const bool is_in_the_way = guest.haste == Haste::none && host.is_waited_for(Haste::somebody_waits) &&
                               host.held() >= host.connections();
    return guest.held > host.share_of(guest) || is_in_the_way;
}

}  // namespace mirrorseed::sync
