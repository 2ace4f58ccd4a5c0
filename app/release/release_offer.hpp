// What is offered of a release: its torrent with the trackers and web seeds of today, and its magnet.
//
// The torrent's identity never changes with it: the bytes of info are handed on as they are.
#pragma once

#include "app/release/release_urls.hpp"
#include "core/store/catalogue.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

struct Offer {
    std::string torrent{};
    std::string magnet{};
};

// As the config has it now.
struct OfferTerms {
    ReleaseUrls urls{};
    std::vector<ReleaseConfig> rules{};  // of the tree
    // Another text when something of it is another.
    std::string text() const;
    // What stands in its place while a tree is being described by it.
    std::string unfinished_text() const;
};

// An upstream's trackers, kept beside its torrent, as text and back.
inline constexpr std::string_view trackers_kind = "trackers";
std::string tiers_text(const TrackerTiers& tiers);
TrackerTiers tiers_from_text(std::string_view text);

ReleasePlace place_of(const Release& release);

// With our web seeds, and these behind them, and these trackers; without any, with its own.
Result<Offer> offer(const ReleaseUrls& urls, const Release& release, std::string_view torrent,
                    const std::vector<std::string>& more_seeds,
                    const std::optional<TrackerTiers>& trackers = {});

// What a job offers that began before a reload: the tree is to be described again where it was, or is being,
// described by other terms. In the same transaction.
void note_other_terms(Catalogue& catalogue, TreeId tree, const OfferTerms& terms);

// In the catalogue, in the place of what was offered before, as the release and its web seeds are now.
// Nothing is written where that is the same. In a transaction.
Status renew_offer(Catalogue& catalogue, const OfferTerms& terms, const Release& release);

}  // namespace mirrorseed::app
