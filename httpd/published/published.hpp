// What a store has published, read for each request at the tree's current generation.
//
// A Published owns its connection to the catalogue and its handles of the store,
// changes nothing, and is used by one thread at a time. A publish by another
// process is seen by the next request. What an upstream does not let everybody
// read is as if it were absent.
//
// It throws CatalogueTrouble when the catalogue fails.
#pragma once

#include "httpd/published/published_contents.hpp"
#include "httpd/published/published_descriptions.hpp"
#include "httpd/published/published_grace.hpp"
#include "httpd/published/published_node.hpp"
#include "httpd/published/published_not_held.hpp"
#include "httpd/published/published_releases.hpp"
#include "httpd/published/published_store.hpp"
#include "httpd/published/published_trees.hpp"
#include "httpd/published_watch.hpp"
#include "httpd/source.hpp"

#include "core/signing.hpp"

#include <memory>
#include <string>

namespace mirrorseed::httpd {

// What other parts of the house know.
struct Describing {
    std::string public_url{};  // what our paths stand behind; empty: links begin with the path
    Metalink metalink{};
    // Where there is a tracker; asked for the answer of a moment.
    SwarmOf swarm{};
    PublishedContents::Sandboxed sandboxed{};
    ElsewhereOf elsewhere{};
    OnDemandRule on_demand{};
};

class Published final : public Source {
public:
    struct Options {
        std::string store;                                // the store's folder
        std::string catalogue;                            // the database's path
        std::shared_ptr<const SigningKey> signing_key{};  // signs heads; may be absent
        std::shared_ptr<PublishedWatch> watch{};          // without one, nothing that was found is kept
        Describing describing{};
        PublishedStore::Doubt doubt{};  // without it, trouble with a content is only logged
        GraceOf grace{};                // without it, what was dropped is gone
        Clock clock = system_clock();
    };
    static Result<std::unique_ptr<Published>> open(Options options, std::shared_ptr<Troubles> troubles);

    Found find(const RelPath& path, Spelling spelling) override;
    Found find_own(const OwnPath& own) override;
    void catch_up() override;
    std::optional<FileFacts> look_again(const Digest& digest, const Descriptor& file) override;

private:
    Published(Options options, PublishedStore store);
    Found find_own_now(const OwnPath& own);
    // Before the look-up, so that a change in the middle of it is not missed.
    StillHolds holds_from_now() const;

    std::shared_ptr<PublishedWatch> watch_;
    PublishedStore store_;
    ToldReleases told_;
    PublishedDescriptions descriptions_;
    PublishedContents contents_;
    PublishedReleases releases_;
    PublishedGrace grace_;
    PublishedNotHeld not_held_;
    PublishedTrees trees_;
    PublishedNode node_;
};

}  // namespace mirrorseed::httpd
