// Where else a release's bytes are said to be, and what came of asking there.
//
// One that has never given a good answer is in no torrent.
#pragma once

#include "core/clock.hpp"
#include "core/store/catalogue_releases.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

struct WebSeed {
    std::string url{};
    UnixTime checked = 0;  // 0: not yet
    bool is_good = false;
    std::string reason{};  // of the last answer; for people
    bool operator==(const WebSeed&) const = default;
};

class WebSeeds {
public:
    explicit WebSeeds(Database& database) : db_(&database) {}

    // By URL.
    std::vector<WebSeed> of(ReleaseId release);
    // The tree's releases of the rule that no seed is known of, hidden ones aside.
    std::vector<ReleaseId> never_asked(TreeId tree, std::string_view rule);
    // In the place of what was known of its URL.
    void set(ReleaseId release, const WebSeed& seed);
    void forget(ReleaseId release, const std::string& url);

private:
    Database* db_;
};

}  // namespace mirrorseed
