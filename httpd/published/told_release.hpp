// What is told of a release, in whatever form.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/sha1.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

struct ToldSeed {
    enum class State { ok, bad, unchecked };
    std::string url{};
    State state = State::unchecked;
    UnixTime checked = 0;
};

struct ToldSwarm {
    std::uint64_t seeders = 0, leechers = 0, completed = 0;
};

struct ToldRelease {
    std::string tree{}, path{}, name{}, title{};
    UnixTime published = 0;
    std::optional<UnixTime> gone{};  // former: the tree has it no more
    Bytes size = 0;
    std::optional<Digest> content{};  // of a single file
    std::optional<Sha1Hash> info_hash_v1{};
    std::optional<Digest> info_hash_v2{};
    bool adopted = false;
    // URLs. `url` leads to the bytes; empty for a folder that the tree has no more.
    std::string page{}, url{}, torrent{}, magnet{}, metalink{};
    Bytes torrent_size = 0;
    std::vector<ToldSeed> seeds{};
    std::optional<ToldSwarm> swarm{};  // where we track it

    bool is_former() const noexcept { return gone.has_value(); }
};

}  // namespace mirrorseed::httpd
