// What was seen of a tree's places becomes rows of releases, in the transaction of whoever commits.
#pragma once

#include "app/release/release_offer.hpp"
#include "app/release/release_places.hpp"

#include <vector>

namespace mirrorseed::app {

// Its own torrent is damaged, where this throws.
void offer_anew(Catalogue& catalogue, const OfferTerms& terms, const Release& release);

// What was known before it may have changed meanwhile. `restores` as plan_releases() takes it. Of what stood
// in a release's way nothing is written.
void write_releases(Catalogue& catalogue, const OfferTerms& terms, TreeId tree, const Seen& seen,
                    Generation restores, UnixTime now);
// And that too.
void write_down(Catalogue& catalogue, const OfferTerms& terms, TreeId tree, const Seen& seen,
                Generation restores, UnixTime now);
// Those of places that nobody looked at, made while somebody did.
void write_down_newcomers(Catalogue& catalogue, const OfferTerms& terms, const Shown& shown,
                          const std::vector<Seen>& all, Generation restores, UnixTime now);

// As the config has it now; of a rule that it has no more, as it was.
void renew_keeping(Catalogue& catalogue, TreeId tree, const std::vector<ReleaseConfig>& rules);
// Those that were kept for as long as they are to be.
void forget_outlived(Catalogue& catalogue, TreeId tree, UnixTime now);

// What was told already is not told again.
void tell_trouble(Catalogue& catalogue, TreeId tree, const Seen& seen, std::vector<Error>& troubles);

}  // namespace mirrorseed::app
