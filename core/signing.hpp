// Ed25519 keys, with which a node signs the heads that other nodes sync from.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed {

using Signature = std::array<std::uint8_t, 64>;

// What a config's `trusted_keys` holds: 32 bytes, written as base64.
class PublicKey {
public:
    static Result<PublicKey> parse(std::string_view base64);
    std::string str() const;
    bool verifies(ByteSpan message, ByteSpan signature) const;
    bool operator==(const PublicKey&) const = default;

private:
    friend class SigningKey;
    std::array<std::uint8_t, 32> raw_{};
};

class SigningKey {
public:
    static SigningKey generate();
    // PEM, PKCS #8, as `openssl genpkey` writes it.
    static Result<SigningKey> parse_pem(std::string_view pem);

    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    std::string pem() const;
    PublicKey public_key() const;
    Signature sign(ByteSpan message) const;

private:
    struct Key;
    explicit SigningKey(std::unique_ptr<Key> key);
    std::unique_ptr<Key> key_;
};

}  // namespace mirrorseed
