// Makes a content's block sums while its bytes go by.
#pragma once

#include "core/byte_span.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace mirrorseed::sync {

class SignatureMaker final : public ByteObserver {
public:
    explicit SignatureMaker(std::uint32_t block_length);
    SignatureMaker(SignatureMaker&&) noexcept;
    SignatureMaker& operator=(SignatureMaker&&) noexcept;
    ~SignatureMaker() override;

    void see(ByteSpan bytes) override;
    // Of all that went by; once.
    std::string finish();

private:
    struct Job;
    std::unique_ptr<Job> job_;
};

}  // namespace mirrorseed::sync
