// The door to libarchive: what a packed file holds, as a stream.
//
// A file is unpacked as what its name says, and never as what it looks like.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"
#include "core/units.hpp"

#include <cstdint>
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

struct TarLimits {
    Bytes most = 0;  // unpacked, all of it
    Bytes most_of_one = 0;
    std::uint64_t most_entries = 0;
};

// The files of a tar archive that are wanted, each whole. How it is packed is seen from what it is: one of
// the kinds above, and once. Fault::bad_input as above, and where a file that is wanted is none.
Status read_tar(const Descriptor& file, const TarLimits& limits,
                const std::function<bool(std::string_view name)>& is_wanted,
                const std::function<Status(std::string_view name, std::string_view content)>& seen);

}  // namespace mirrorseed::sync
