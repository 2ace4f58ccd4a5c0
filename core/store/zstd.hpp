// zstd streams: into a descriptor, and out of whatever gives bytes; and texts in one go.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mirrorseed {

class ZstdWriter {
public:
    ZstdWriter(const Descriptor& file, std::string name);
    ~ZstdWriter();
    Status write(ByteSpan bytes);
    Status finish();

private:
    Status compress(ByteSpan bytes, bool last);
    struct State;
    std::unique_ptr<State> state_;
};

std::string zstd_of(std::string_view text);

// Fills some of a buffer and tells how much; 0 at the end. Compressed bytes may lie in a file or come from a
// node.
using ByteSource = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;
ByteSource bytes_of(Descriptor file, std::string name);

class ZstdReader {
public:
    static constexpr Bytes default_window = Bytes{128} << 20;

    // A stream may ask for as much memory as its window; one that wants more than `window` is refused.
    ZstdReader(ByteSource source, std::string name, Bytes window = default_window);
    ~ZstdReader();
    ZstdReader(ZstdReader&&) noexcept;
    ZstdReader& operator=(ZstdReader&&) noexcept;
    // How much of the buffer was filled; 0 at the end. A stream that is cut short is an error.
    Result<std::size_t> read(std::span<std::uint8_t> buffer);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mirrorseed
