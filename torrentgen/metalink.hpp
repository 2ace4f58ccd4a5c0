// A metalink (RFC 5854): where files are and what they hash to, for download managers. Pure.
#pragma once

#include "core/described_file.hpp"

#include <span>
#include <string>

namespace mirrorseed::torrentgen {

std::string metalink(std::span<const DescribedFile> files);

}  // namespace mirrorseed::torrentgen
