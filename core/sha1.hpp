// SHA-1: what BitTorrent v1 and the web's old digests name things by. Proof against accidents, not against
// people.
#pragma once

#include "core/digest.hpp"

namespace mirrorseed {

struct Sha1Hash {
    std::array<std::uint8_t, 20> bytes{};

    std::string hex() const;
    auto operator<=>(const Sha1Hash&) const = default;
};

// Takes a stream in pieces of any size. finish() answers once, and starts afresh.
class Sha1 final : public ByteObserver {
public:
    Sha1();
    ~Sha1() override;
    Sha1(Sha1&&) noexcept;
    Sha1& operator=(Sha1&&) noexcept;

    void see(ByteSpan bytes) override;
    Sha1Hash finish();

    static Sha1Hash of(ByteSpan bytes);

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace mirrorseed
