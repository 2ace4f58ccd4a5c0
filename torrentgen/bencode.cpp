#include "torrentgen/bencode.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace mirrorseed::torrentgen {
namespace {

void encode(std::string& out, const Bencoded& value);

void encode_string(std::string& out, std::string_view text) {
    fmt::format_to(std::back_inserter(out), "{}:", text.size());
    out += text;
}

void encode(std::string& out, const Bencoded& value) {
    if (const auto* integer = value.get<std::int64_t>()) {
        fmt::format_to(std::back_inserter(out), "i{}e", *integer);
    } else if (const auto* text = value.get<std::string>()) {
        encode_string(out, *text);
    } else if (const auto* list = value.get<BencodedList>()) {
        out += 'l';
        for (const auto& item : *list)
            encode(out, item);
        out += 'e';
    } else if (const auto* dictionary = value.get<BencodedDictionary>()) {
        out += 'd';
        for (const auto& [key, member] : *dictionary) {
            encode_string(out, key);
            encode(out, member);
        }
        out += 'e';
    }
}

}  // namespace

std::string encode_bencoded(const Bencoded& value) {
    std::string out;
    encode(out, value);
    return out;
}

}  // namespace mirrorseed::torrentgen
