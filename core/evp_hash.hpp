// A hash of OpenSSL's, by name: what Sha256 and Sha1 are made of.
#pragma once

#include "core/digest.hpp"

namespace mirrorseed {

class EvpAlgorithm {
public:
    // Found once and kept: a look-up by name costs more than hashing a small file. Throws when OpenSSL has
    // none.
    explicit EvpAlgorithm(const char* name);
    const void* get() const noexcept { return algorithm_; }

private:
    const void* algorithm_;
};

class EvpHash {
public:
    explicit EvpHash(const EvpAlgorithm& algorithm);
    ~EvpHash();
    EvpHash(const EvpHash&) = delete;
    EvpHash& operator=(const EvpHash&) = delete;

    void see(ByteSpan bytes);
    // `out` is as long as the hash. Starts afresh.
    void finish(std::span<std::uint8_t> out);

private:
    void start();
    const EvpAlgorithm& algorithm_;
    void* context_;
};

}  // namespace mirrorseed
