// Bencoding (BEP 3): the one form in which a torrent can be written.
//
// A value is parsed only from its canonical bytes: no leading zeros, no "-0",
// keys of a dictionary in ascending raw order and once each, nothing behind the
// end. Depth and size are bounded, so a hostile file costs no more than its
// length. A fault names the byte at which it stands.
#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mirrorseed::torrentgen {

struct Bencoded;
using BencodedList = std::vector<Bencoded>;
// Ordered by raw bytes, as the encoding wants it.
using BencodedDictionary = std::map<std::string, Bencoded, std::less<>>;

struct Bencoded {
    std::variant<std::int64_t, std::string, BencodedList, BencodedDictionary> data;

    bool operator==(const Bencoded&) const = default;
    template <class T>
    const T* get() const noexcept {
        return std::get_if<T>(&data);
    }
};

std::string encode_bencoded(const Bencoded& value);
Result<Bencoded> parse_bencoded(std::string_view text);

}  // namespace mirrorseed::torrentgen
