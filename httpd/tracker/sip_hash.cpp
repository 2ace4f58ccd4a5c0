#include "httpd/tracker/sip_hash.hpp"

#include <sys/random.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <system_error>

namespace mirrorseed::httpd::tracker {
namespace {

struct State {
    std::uint64_t a, b, c, d;

    void round() noexcept {
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) noexcept {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

// Little-endian, whatever the machine is.
std::uint64_t word_of(const std::uint8_t* bytes, std::size_t count) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i)
        word |= std::uint64_t{bytes[i]} << (8 * i);
    return word;
}

}  // namespace

HashKey HashKey::random() {
    HashKey key;
    if (::getrandom(&key, sizeof key, 0) != static_cast<ssize_t>(sizeof key))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    return key;
}

std::uint64_t sip_hash(const HashKey& key, ByteSpan bytes) noexcept {
    constexpr std::size_t word = 8;
    State state{key.first ^ 0x736f6d6570736575, key.second ^ 0x646f72616e646f6d,
                key.first ^ 0x6c7967656e657261, key.second ^ 0x7465646279746573};
    const auto whole = bytes.size() / word * word;
    for (std::size_t at = 0; at < whole; at += word)
        state.take(word_of(bytes.data() + at, word));
    state.take(word_of(bytes.data() + whole, bytes.size() - whole) | std::uint64_t{bytes.size()} << 56);
    state.c ^= 0xff;
    for (int i = 0; i < 4; ++i)
        state.round();
    return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace mirrorseed::httpd::tracker
