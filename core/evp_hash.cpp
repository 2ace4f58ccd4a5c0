#include "core/evp_hash.hpp"

#include "core/result.hpp"

#include <openssl/evp.h>

#include <new>
#include <string>

namespace mirrorseed {
namespace {

EVP_MD_CTX* context(const auto& erased) {
    return static_cast<EVP_MD_CTX*>(erased.get());
}

const EVP_MD* fetch(const char* name) {
    const auto* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
    if (algorithm == nullptr) throw Failure(Error(Fault::failed, std::string("OpenSSL has no ") + name));
    return algorithm;
}

// Found once and kept: a look-up by name costs more than hashing a small file. Each when it is first asked
// for, because an OpenSSL may lack one that nobody needs.
template <ChecksumKind kind>
const EVP_MD* found() {
    static const auto* const algorithm = fetch(facts_of(kind).library_name);
    return algorithm;
}

const EVP_MD* algorithm_of(ChecksumKind kind) {
    using enum ChecksumKind;
    constexpr std::array algorithms{found<md5>,    found<sha1>,   found<sha224>, found<sha256>,
                                    found<sha384>, found<sha512>, found<blake2b>};
    return algorithms[static_cast<std::size_t>(kind)]();
}

}  // namespace

void EvpHash::Free::operator()(void* context) const noexcept {
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

EvpHash::EvpHash(ChecksumKind kind) : algorithm_(algorithm_of(kind)), context_(EVP_MD_CTX_new()) {
    if (context_ == nullptr) throw std::bad_alloc();
    start();
}

void EvpHash::start() {
    if (EVP_DigestInit_ex(context(context_), static_cast<const EVP_MD*>(algorithm_), nullptr) != 1)
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
