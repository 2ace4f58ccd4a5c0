#include "torrentgen/bencode.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = mirrorseed::torrentgen::parse_bencoded(text);
    // Only canonical bytes are accepted, so writing a value again must give the same ones.
    if (value && mirrorseed::torrentgen::encode_bencoded(*value) != text) std::abort();
    return 0;
}
