// What files must turn out to be of which metadata tells no SHA-256, but another checksum.
#pragma once

#include "core/checksum.hpp"
#include "core/rel_path.hpp"
#include "core/system/folder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace mirrorseed::sync {

class ContentCheck;

using ExpectedSums = std::unordered_map<RelPath, Checksum>;

// What a file that is coming is held against.
std::unique_ptr<ContentCheck> check_of(const Checksum& expected);

// The same of a file that is here.
Status has_sum(const Descriptor& file, const std::string& shown, const Checksum& expected);

}  // namespace mirrorseed::sync
