#include "core/digest.hpp"

#include "core/evp_hash.hpp"
#include "core/text.hpp"

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
    EvpHash hash;
    Context() : hash(algorithm()) {}
    static const EvpAlgorithm& algorithm() {
        static const EvpAlgorithm sha256("SHA256");
        return sha256;
    }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::see(ByteSpan bytes) {
    context_->hash.see(bytes);
}

Digest Sha256::finish() {
    Digest digest;
    context_->hash.finish(digest.bytes);
    return digest;
}

Digest Sha256::of(ByteSpan bytes) {
    Sha256 hash;
    hash.see(bytes);
    return hash.finish();
}

}  // namespace mirrorseed
