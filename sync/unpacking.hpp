// The door to libarchive: what a packed file holds, as a stream.
//
// A file is unpacked as what its name says, and never as what it looks like.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"
#include "core/units.hpp"

#include <functional>
#include <string_view>

namespace mirrorseed::sync {

enum class Packing { none, gzip, xz, zstd, bzip2 };

// By the name's ending: .gz, .xz, .zst, .bz2, or none of these.
Packing packing_of(std::string_view name) noexcept;
// The name without that ending.
std::string_view unpacked_name(std::string_view name) noexcept;

// `seen` may end it by answering an error. Fault::bad_input when it is damaged, is not packed so, or holds
// more than `most`.
Status unpack(const Descriptor& file, Packing packing, Bytes most,
              const std::function<Status(ByteSpan)>& seen);

}  // namespace mirrorseed::sync
