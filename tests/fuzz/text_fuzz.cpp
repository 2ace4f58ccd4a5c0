#include "core/digest.hpp"
#include "core/text.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    const auto decoded = percent_decode(percent_encode_path(text));
    if (!decoded || *decoded != text) std::abort();
    (void)percent_decode(text).has_value();

    const auto bytes = from_base64(to_base64({data, size}));
    if (!bytes || std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()) != text)
        std::abort();
    (void)from_base64(text).has_value();

    const auto escaped = escape_text(text);
    if (!is_utf8(escaped) || !is_utf8(as_utf8(text))) std::abort();
    for (const char c : escaped)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    if (is_utf8(text) && as_utf8(text) != text) std::abort();
    return 0;
}
