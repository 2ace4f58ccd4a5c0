#include "core/sha1.hpp"

#include "core/evp_hash.hpp"
#include "core/text.hpp"

namespace mirrorseed {

std::string Sha1Hash::hex() const {
    return to_hex(bytes);
}

struct Sha1::Context {
    EvpHash hash;
    Context() : hash(algorithm()) {}
    static const EvpAlgorithm& algorithm() {
        static const EvpAlgorithm sha1("SHA1");
        return sha1;
    }
};

Sha1::Sha1() : context_(std::make_unique<Context>()) {}
Sha1::~Sha1() = default;
Sha1::Sha1(Sha1&&) noexcept = default;
Sha1& Sha1::operator=(Sha1&&) noexcept = default;

void Sha1::see(ByteSpan bytes) {
    context_->hash.see(bytes);
}

Sha1Hash Sha1::finish() {
    Sha1Hash hash;
    context_->hash.finish(hash.bytes);
    return hash;
}

Sha1Hash Sha1::of(ByteSpan bytes) {
    Sha1 sha1;
    sha1.see(bytes);
    return sha1.finish();
}

}  // namespace mirrorseed
