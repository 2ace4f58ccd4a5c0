#include "core/evp_hash.hpp"

#include <openssl/evp.h>

#include <new>
#include <string>

namespace mirrorseed {
namespace {

EVP_MD_CTX* context(void* erased) {
    return static_cast<EVP_MD_CTX*>(erased);
}

}  // namespace

EvpAlgorithm::EvpAlgorithm(const char* name) : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)) {
    if (algorithm_ == nullptr) throw Failure(Error(Fault::failed, std::string("OpenSSL has no ") + name));
}

EvpHash::EvpHash(const EvpAlgorithm& algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
    if (context_ == nullptr) throw std::bad_alloc();
    start();
}

EvpHash::~EvpHash() {
    EVP_MD_CTX_free(context(context_));
}

void EvpHash::start() {
    if (EVP_DigestInit_ex(context(context_), static_cast<const EVP_MD*>(algorithm_.get()), nullptr) != 1)
        throw Failure(Error(Fault::failed, "OpenSSL cannot hash"));
}

void EvpHash::see(ByteSpan bytes) {
    EVP_DigestUpdate(context(context_), bytes.data(), bytes.size());
}

void EvpHash::finish(std::span<std::uint8_t> out) {
    EVP_DigestFinal_ex(context(context_), out.data(), nullptr);
    start();
}

}  // namespace mirrorseed
