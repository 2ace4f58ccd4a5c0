#include "core/store/node_head.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using mirrorseed::NodeHead;
    const auto head = NodeHead::parse({reinterpret_cast<const char*>(data), size});
    if (!head) {
        const auto text = head.error().text();
        if (text.size() > 200 || text.find('\n') != text.npos) std::abort();
        return 0;
    }
    // What was accepted is written and read back as the same, and what is signed has its six lines.
    const auto again = NodeHead::parse(head->json());
    if (!again || !(*again == *head)) std::abort();
    const auto signed_text = head->signed_text();
    if (std::count(signed_text.begin(), signed_text.end(), '\n') != 6) std::abort();
    return 0;
}
