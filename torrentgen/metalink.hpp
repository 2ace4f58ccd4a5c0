// A metalink (RFC 5854): where a file is and what it hashes to, for download managers. Pure.
#pragma once

#include "core/described_file.hpp"

#include <string>

namespace mirrorseed::torrentgen {

std::string metalink(const DescribedFile& file);

}  // namespace mirrorseed::torrentgen
