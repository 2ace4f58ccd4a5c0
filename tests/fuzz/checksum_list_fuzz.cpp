#include "sync/checksums/checksum_list.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(text.find('\n'), text.size());
    const auto list = RelPath::parse(text.substr(0, end));
    if (!list) return 0;
    (void)sync::is_checksum_list(*list);
    (void)sync::signed_name(*list);
    const auto found = sync::parse_checksum_list(*list, text.substr(std::min(end + 1, text.size())));
    if (!found) return 0;
    for (const auto& item : *found)
        if (item.path.is_root() || !item.path.is_within(list->parent())) std::abort();
    for (std::size_t i = 1; i < found->size(); ++i)
        if (!((*found)[i - 1] < (*found)[i])) std::abort();
    return 0;
}
