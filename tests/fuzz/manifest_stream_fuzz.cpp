#include "core/store/manifest_stream.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using namespace mirrorseed;

constexpr ManifestLimits limits{.line = 512, .lines = 100, .bytes = 64 * 1024, .window = 1 << 20};

// The bytes, a few at a time.
ByteSource pieces_of(ByteSpan bytes, std::size_t piece) {
    return [bytes, piece](std::span<std::uint8_t> buffer) mutable -> Result<std::size_t> {
        const auto size = std::min({piece, bytes.size(), buffer.size()});
        if (size != 0) std::memcpy(buffer.data(), bytes.data(), size);
        bytes = bytes.subspan(size);
        return size;
    };
}

// The bytes as one frame that is not compressed, so that the lines in it can be found.
std::vector<std::uint8_t> framed(ByteSpan lines) {
    std::vector<std::uint8_t> frame{0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50};
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(lines.size(), 128 * 1024));
    const auto header = size << 3 | 1U;  // a raw block, the last one
    for (const auto shift : {0, 8, 16})
        frame.push_back(static_cast<std::uint8_t>(header >> shift));
    frame.insert(frame.end(), lines.begin(), lines.begin() + size);
    return frame;
}

void read_all(ByteSpan compressed, std::size_t piece) {
    ManifestStream stream(pieces_of(compressed, piece), "manifest", limits);
    std::string last;
    for (std::uint64_t lines = 0;; ++lines) {
        const auto entry = stream.next();
        if (!entry || !*entry) return;
        if (lines == limits.lines || (*entry)->path.str() <= last) std::abort();
        last = (*entry)->path.str();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteSpan rest(data + 1, size - 1);
    const auto piece = static_cast<std::size_t>(data[0] >> 1) + 1;
    if ((data[0] & 1) != 0)
        read_all(rest, piece);
    else
        read_all(framed(rest), piece);
    return 0;
}
