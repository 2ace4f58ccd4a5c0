// How an upstream is spoken to: what an operator sets for a tree, beside what is wanted from it.
#pragma once

#include "core/http/address_family.hpp"
#include "core/units.hpp"
#include "sync/host_places.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace mirrorseed::sync {

struct Manners {
    unsigned connections = 0;              // 0: as many as suit the kind of upstream
    std::shared_ptr<HostPlaces> places{};  // whom these are shared with
    Haste haste = Haste::none;
    Rate rate_limit{};                 // over all of them
    std::chrono::seconds timeout{30};  // without a byte
    Rate min_rate{1024};               // slower than this over a while counts as stalled
    unsigned retries = 5;
    AddressFamily family = AddressFamily::any;
    std::string proxy{};
    std::string ca_file{};
    std::string password{};           // for the user that the URL names
    bool allow_private = false;       // may an upstream outside lead to an address inside?
    bool is_named_by_others = false;  // then it is not asked where it lies inside, unless that is allowed
    std::optional<Bytes> delta_min = Bytes{4} << 20;  // nothing: no delta
};

}  // namespace mirrorseed::sync
