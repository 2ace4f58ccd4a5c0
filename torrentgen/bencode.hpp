// Bencoding (BEP 3) as we write it: canonical, keys in ascending raw order and once each.
//
// What others wrote is read through torrentgen/bencode_view.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
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

}  // namespace mirrorseed::torrentgen
