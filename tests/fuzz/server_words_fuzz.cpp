// Whatever a server that fell to strangers says, and whatever it hears: only the words that there are.

#include "app/keeper/server_words.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::app;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto word = parse_server_word(text); word && parse_server_word(to_text(*word)) != word)
        std::abort();
    if (const auto word = parse_keeper_word(text); word && parse_keeper_word(to_text(*word)) != word)
        std::abort();
    return 0;
}
