// One stream by OpenSSL, which uses what the processor has.
//
// Its old interface is the one that takes a state from outside and works on whole blocks.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "torrentgen/sha_kernel.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace mirrorseed::torrentgen {
namespace {

void sha1_one(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks) {
    SHA_CTX context{};
    context.h0 = state[0];
    context.h1 = state[1];
    context.h2 = state[2];
    context.h3 = state[3];
    context.h4 = state[4];
    SHA1_Update(&context, *data, blocks * 64);
    state[0] = context.h0;
    state[1] = context.h1;
    state[2] = context.h2;
    state[3] = context.h3;
    state[4] = context.h4;
}

void sha256_one(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks) {
    SHA256_CTX context{};
    context.md_len = SHA256_DIGEST_LENGTH;
    std::copy_n(state, 8, context.h);
    SHA256_Update(&context, *data, blocks * 64);
    std::copy_n(context.h, 8, state);
}

}  // namespace

const ShaKernel openssl_kernel{"openssl", 1, sha1_one, sha256_one, [] { return true; }};

}  // namespace mirrorseed::torrentgen
