#include "torrentgen/bencode_view.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::torrentgen;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto view = BencodeView::parse(bytes);
    if (!view) return 0;
    const auto root = view->root();
    (void)BencodeView::flaws(root).size();
    // Members and items lie one behind another, and fill what holds them.
    auto at = root.begin() + 1;
    for (const auto item : root.items()) {
        if (item.begin() != at || item.end() > root.end()) std::abort();
        at = item.end();
    }
    for (const auto member : root.members()) {
        if (member.begin != at || member.value.end() > root.end()) std::abort();
        at = member.value.end();
        if (!root.find(member.key)) std::abort();
    }
    const bool holds = root.is(BencodeKind::list) || root.is(BencodeKind::dictionary);
    if (holds && at + 1 != root.end()) std::abort();
    return 0;
}
