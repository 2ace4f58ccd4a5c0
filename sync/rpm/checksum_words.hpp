// How RPM's metadata names the algorithms of its sums.
#pragma once

#include "core/checksum.hpp"
#include "core/result.hpp"
#include "core/text.hpp"

#include <string_view>

namespace mirrorseed::sync::rpm {

inline Result<Checksum> parse_sum(std::string_view type, std::string_view hex) {
    struct Word {
        std::string_view text;
        ChecksumKind kind;
    };
    constexpr Word words[] = {{"sha256", ChecksumKind::sha256}, {"sha512", ChecksumKind::sha512},
                              {"sha384", ChecksumKind::sha384}, {"sha224", ChecksumKind::sha224},
                              {"sha1", ChecksumKind::sha1},     {"sha", ChecksumKind::sha1},
                              {"md5", ChecksumKind::md5}};
    for (const auto& word : words) {
        if (word.text != type) continue;
        const auto sum = Checksum::from_hex(word.kind, trimmed(hex));
        if (sum) return *sum;
        return Error(Fault::bad_input, in_quotes(hex) + " is no " + std::string(checksum_name(word.kind)));
    }
    return Error(Fault::bad_input, "sums of the kind " + in_quotes(type) + " are not known");
}

}  // namespace mirrorseed::sync::rpm
