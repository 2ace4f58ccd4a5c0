#include "core/digest.hpp"

#include "core/text.hpp"

#include <openssl/evp.h>

#include <new>

namespace mirrorseed {

Result<Digest> Digest::parse_hex(std::string_view text) {
    Digest digest;
    if (!from_hex(text, digest.bytes))
        return Error(Fault::bad_input,
                     "\"" + escape_text(text.substr(0, 100)) + "\" is no SHA-256 (64 hex digits)");
    return digest;
}

std::string Digest::hex() const {
    return to_hex(bytes);
}
std::string Digest::base64() const {
    return to_base64(bytes);
}

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();

    Context() {
        if (evp == nullptr) throw std::bad_alloc();
        start();
    }
    ~Context() { EVP_MD_CTX_free(evp); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    void start() {
        // Fetched once: a look-up by name costs more than hashing a small file.
        static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        if (algorithm == nullptr || EVP_DigestInit_ex(evp, algorithm, nullptr) != 1)
            throw Failure(Error(Fault::failed, "OpenSSL has no SHA-256"));
    }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::see(ByteSpan bytes) {
    EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
    Digest digest;
    EVP_DigestFinal_ex(context_->evp, digest.bytes.data(), nullptr);
    context_->start();
    return digest;
}

Digest Sha256::of(ByteSpan bytes) {
    Sha256 hash;
    hash.see(bytes);
    return hash.finish();
}

}  // namespace mirrorseed
