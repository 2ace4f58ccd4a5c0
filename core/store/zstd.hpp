// zstd streams through a descriptor.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <memory>
#include <span>
#include <string>

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

class ZstdReader {
public:
    ZstdReader(Descriptor file, std::string name);
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
