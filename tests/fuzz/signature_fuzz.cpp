#include "sync/signature.hpp"

#include <cstdint>
#include <cstdlib>

// What comes from upstreams goes to gpgv unread; ours to parse are keyrings and gpgv's answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::sync;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)is_clear_signed(text);
    if (const auto keyring = Keyring::parse(text); keyring && keyring->bytes().empty()) std::abort();
    const auto made_by = judge_signatures(text);
    if (made_by && (made_by->empty() || text.find("[GNUPG:] GOODSIG") == text.npos)) std::abort();
    return 0;
}
