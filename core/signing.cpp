#include "core/signing.hpp"

#include "core/text.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

namespace mirrorseed {
namespace {

struct Freer {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freer>;
using ContextHandle = std::unique_ptr<EVP_MD_CTX, Freer>;
using BioHandle = std::unique_ptr<BIO, Freer>;

// A passphrase cannot be asked for here, and OpenSSL's default would read one from the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

[[noreturn]] void openssl_failed(const char* doing) {
    throw Failure(Error(Fault::failed, std::string("OpenSSL failed ") + doing));
}

}  // namespace

Result<PublicKey> PublicKey::parse(std::string_view base64) {
    const auto bytes = from_base64(base64);
    PublicKey key;
    if (!bytes || bytes->size() != key.raw_.size())
        return Error(Fault::bad_input,
                     in_quotes(base64) + " is no Ed25519 public key (44 characters of base64)");
    std::copy(bytes->begin(), bytes->end(), key.raw_.begin());
    return key;
}

std::string PublicKey::str() const {
    return to_base64(raw_);
}

bool PublicKey::verifies(ByteSpan message, ByteSpan signature) const {
    const KeyHandle key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw_.data(), raw_.size()));
    const ContextHandle context(EVP_MD_CTX_new());
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

struct SigningKey::Key {
    KeyHandle handle;
};

SigningKey::SigningKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate() {
    KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key) openssl_failed("to make an Ed25519 key");
    return SigningKey(std::make_unique<Key>(Key{std::move(key)}));
}

Result<SigningKey> SigningKey::parse_pem(std::string_view pem) {
    const BioHandle bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 65536))));
    KeyHandle key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
        return Error(Fault::bad_input, "no unencrypted Ed25519 private key in PEM form");
    return SigningKey(std::make_unique<Key>(Key{std::move(key)}));
}

std::string SigningKey::pem() const {
    const BioHandle bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->handle.get(), nullptr, nullptr, 0, nullptr,
                                              nullptr) != 1)
        openssl_failed("to write a private key");
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

PublicKey SigningKey::public_key() const {
    PublicKey key;
    auto size = key.raw_.size();
    if (EVP_PKEY_get_raw_public_key(key_->handle.get(), key.raw_.data(), &size) != 1)
        openssl_failed("to read a public key");
    return key;
}

Signature SigningKey::sign(ByteSpan message) const {
    Signature signature{};
    auto size = signature.size();
    const ContextHandle context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->handle.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1)
        openssl_failed("to sign");
    return signature;
}

}  // namespace mirrorseed
