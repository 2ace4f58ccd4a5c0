// A metalink of repomd.xml, as MirrorManager (version 3) and MirrorCache (version 4, RFC 5854) write them:
// what repomd.xml is now, and which mirrors have it. Pure; whether it may be believed is asked before.
#pragma once

#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "sync/metadata_listing.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::rpm {

struct Metalink {
    std::vector<VouchedContent> contents{};  // what repomd.xml is, and then what it was a while ago
    std::vector<std::string> urls{};         // of repomd.xml, in the order in which they should be asked
};

// Refuses what is no metalink, and one that tells no SHA-256 or SHA-512 of repomd.xml.
Result<Metalink> parse_metalink(std::string_view text);

RelPath repomd_of(const RelPath& repo);
// Where an upstream begins in which that URL is a repository's repomd.xml; nothing where it cannot be.
std::optional<std::string> upstream_of(std::string_view url, const RelPath& repo);

}  // namespace mirrorseed::sync::rpm
