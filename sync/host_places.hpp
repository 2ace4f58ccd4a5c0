// The connections to an upstream's host, shared by all who sync from it in this process.
//
// Each may hold its fair share of them, which changes as others come and go; whoever holds more gives them
// back between two files. Where somebody waits for what a guest brings, the others give him a place even of
// one, and take turns with him. An operator's `connections` so holds for the host, and not for each of its
// trees.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace mirrorseed::sync {

// As a URL names it: with its port, for another port is another server. Nothing for a folder of this machine.
std::string upstream_host(const std::string& url);

// At least one each: where there are more guests than connections, they wait for each other.
unsigned fair_share(unsigned connections, std::size_t guests);

class HostGuest;

enum class Haste { none, somebody_waits };

// Of the last place: those in haste and the others have it in turn, so that neither waits for ever.
constexpr bool is_turn_of(Haste mine, Haste last, bool others_wait) {
    return !others_wait || last != mine;
}

class HostPlaces {
public:
    // Until its last copy goes. `most`: what it may hold where nobody else is a guest.
    static HostGuest enter(const std::shared_ptr<HostPlaces>& places, const std::string& host, unsigned most,
                           Haste haste = Haste::none);

private:
    friend class HostGuest;
    struct Guest {
        unsigned most;
        Haste haste;
        unsigned held = 0;
        unsigned waits = 0;  // of its lanes
    };
    struct Host {
        std::list<Guest> guests;
        Haste last = Haste::none;  // who had a place last
        bool is_waited_for(Haste haste) const;
        bool has_one_for(const Guest& guest) const;
        unsigned connections() const;
        unsigned held() const;
        unsigned share_of(const Guest& guest) const;
    };

    std::mutex mutex_;
    std::condition_variable freed_;
    std::map<std::string, Host> hosts_;
};

// One of those who sync from a host. Without a host it is alone, and may hold what it likes.
class HostGuest {
    struct Stay {
        Stay(std::shared_ptr<HostPlaces> at, const std::string& name, unsigned most, Haste haste);
        ~Stay();
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;

        std::shared_ptr<HostPlaces> places;
        std::map<std::string, HostPlaces::Host>::iterator host{};
        std::list<HostPlaces::Guest>::iterator guest{};
    };

public:
    // For one connection, given back when it goes.
    class Place {
    public:
        Place(Place&&) noexcept = default;
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        friend class HostGuest;
        explicit Place(std::shared_ptr<Stay> stay) : stay_(std::move(stay)) {}
        std::shared_ptr<Stay> stay_;
    };

    HostGuest() = default;

    // Waits for one while it is wanted, which is asked again every now and then.
    std::optional<Place> take_while(const std::function<bool()>& is_wanted) const;
    // More than its share: one of its places is to be given back.
    bool holds_too_many() const;

private:
    friend class HostPlaces;
    explicit HostGuest(std::shared_ptr<Stay> stay) : stay_(std::move(stay)) {}
    std::shared_ptr<Stay> stay_;
};

}  // namespace mirrorseed::sync
