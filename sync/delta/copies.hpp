// What librsync's delta of a seed tells, read backwards: which stretches of the wanted content the seed has.
//
// The delta leads from the wanted content, whose block sums are known, to the seed: a copy in it says that
// the seed has, where the delta has come to, what the wanted content has at another place. Literals are bytes
// of the seed that are of no use. Pure.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <functional>
#include <string>

namespace mirrorseed::sync {

struct Copied {
    Bytes in_wanted = 0, size = 0, in_seed = 0;
    bool operator==(const Copied&) const = default;
};

class CopyReader {
public:
    using Found = std::function<void(const Copied&)>;
    // `begin`: where in the seed the delta begins.
    CopyReader(Bytes begin, Found found) : at_(begin), found_(std::move(found)) {}

    // The delta in pieces of any size.
    Status take(ByteSpan delta);
    bool is_at_end() const noexcept { return is_at_end_; }

private:
    // How many bytes the command in hand has, itself among them; 0: one that nobody knows.
    static std::size_t length_of(std::uint8_t command);
    Status obey();

    Bytes at_;
    Found found_;
    std::string command_;  // as far as it has come
    Bytes literal_left_ = 0;
    bool has_magic_ = false, is_at_end_ = false;
};

}  // namespace mirrorseed::sync
