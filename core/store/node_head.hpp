// The head of a tree's generation, as one node tells it to another at /-/trees/TREE/head.
//
// {"tree":"debian","lineage":"...","generation":7,"published":1700000000,"entries":3,"bytes":10,
// "manifest_sha256":"..."}, with "signature" where the node has a key: Ed25519, in
// base64, of signed_text(). What is signed names everything that a mirror acts on; the
// sums are for people, and the manifest's digest vouches for its lines. A head comes
// from strangers, so the parser trusts nothing, and what it lets through can be signed
// in one way only: no member of the signed text holds a line feed.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/signing.hpp"
#include "core/store/catalogue_trees.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mirrorseed {

struct NodeHead {
    static constexpr std::size_t longest = 16 * 1024;  // as JSON

    std::string tree;
    std::string lineage;
    Generation generation = 0;
    UnixTime published = 0;
    std::uint64_t entries = 0;
    Bytes bytes = 0;
    Digest manifest{};  // of the uncompressed lines
    std::optional<Signature> signature{};

    std::string signed_text() const;
    void sign(const SigningKey& key);
    // Refuses a head that none of these keys signed.
    Status check_signature(std::span<const PublicKey> trusted) const;

    std::string json() const;
    static Result<NodeHead> parse(std::string_view text);
    bool operator==(const NodeHead&) const = default;
};

}  // namespace mirrorseed
