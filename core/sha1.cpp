#include "core/sha1.hpp"

#include "core/text.hpp"

#include <openssl/evp.h>

#include <new>

namespace mirrorseed {

std::string Sha1Hash::hex() const {
    return to_hex(bytes);
}

struct Sha1::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();

    Context() {
        if (evp == nullptr) throw std::bad_alloc();
        start();
    }
    ~Context() { EVP_MD_CTX_free(evp); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    void start() {
        static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
        if (algorithm == nullptr || EVP_DigestInit_ex(evp, algorithm, nullptr) != 1)
            throw Failure(Error(Fault::failed, "OpenSSL has no SHA-1"));
    }
};

Sha1::Sha1() : context_(std::make_unique<Context>()) {}
Sha1::~Sha1() = default;
Sha1::Sha1(Sha1&&) noexcept = default;
Sha1& Sha1::operator=(Sha1&&) noexcept = default;

void Sha1::see(ByteSpan bytes) {
    EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

Sha1Hash Sha1::finish() {
    Sha1Hash hash;
    EVP_DigestFinal_ex(context_->evp, hash.bytes.data(), nullptr);
    context_->start();
    return hash;
}

Sha1Hash Sha1::of(ByteSpan bytes) {
    Sha1 sha1;
    sha1.see(bytes);
    return sha1.finish();
}

}  // namespace mirrorseed
