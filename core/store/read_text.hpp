// All of a file as text, for who knows that it is not large.
#pragma once

#include "core/store/blob_store.hpp"

#include <string>

namespace mirrorseed {

inline Result<std::string> read_text(const Descriptor& file, const std::string& name) {
    std::string text;
    const auto read = read_through(file, name, [&](ByteSpan bytes) {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return Status();
    });
    if (!read) return read.error();
    return text;
}

}  // namespace mirrorseed
