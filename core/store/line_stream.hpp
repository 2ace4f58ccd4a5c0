// Lines one after the other, out of compressed bytes that come as they are asked for.
//
// No more is held than a buffer and one line. The bytes may be a file of ours or what a strange node sends:
// nothing goes beyond the limits, and the end is an end only when the stream is whole and, where a digest is
// expected, the lines have it. After an error nothing more may be asked.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/store/zstd.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

// What one manifest may be at most. By default only what none of ours can exceed.
struct ManifestLimits {
    std::size_t line = 64 * 1024;
    std::uint64_t lines = std::numeric_limits<std::uint64_t>::max();
    Bytes bytes = std::numeric_limits<Bytes>::max();  // of the lines, uncompressed
    Bytes window = ZstdReader::default_window;        // of memory that the compression may claim
};

class LineStream {
public:
    // `name` is for messages. That the source ends is the source's own care: compressed bytes that hold no
    // lines are not counted.
    LineStream(ByteSource source, std::string name, const ManifestLimits& limits = {},
               std::optional<Digest> expected = {});

    // The next line without its line feed, good until the next call; nothing at the end.
    Result<std::optional<std::string_view>> next();
    // Of the lines, once the end was reached.
    const Digest& digest() const { return digest_; }

    const std::string& name() const { return name_; }
    Error fault(Fault fault, const std::string& what) const { return {fault, name_ + ": " + what}; }

private:
    // False at the end of the stream.
    Result<bool> read_more();
    Status check_end();

    std::string name_;
    ManifestLimits limits_;
    std::optional<Digest> expected_;
    ZstdReader zstd_;
    std::vector<std::uint8_t> buffer_;
    std::string text_;                       // of which begin_ is the first byte that was not handed out
    std::size_t begin_ = 0, looked_at_ = 0;  // there is no line feed between the two
    std::uint64_t lines_ = 0;
    Bytes bytes_ = 0;
    Sha256 hash_;
    Digest digest_{};
};

}  // namespace mirrorseed
