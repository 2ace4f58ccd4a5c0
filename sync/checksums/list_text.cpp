#include "sync/checksums/list_text.hpp"

#include "core/store/blob_store.hpp"
#include "sync/checksums/checksum_list.hpp"

namespace mirrorseed::sync {

Result<std::string> read_list_text(const Descriptor& file, const std::string& name) {
    std::string text;
    const auto read = read_through(file, name, [&](ByteSpan bytes) -> Status {
        if (text.size() + bytes.size() > longest_checksum_list)
            return Error(Fault::bad_input, "is too long for a list of checksums");
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    });
    if (!read) return read.error();
    return text;
}

}  // namespace mirrorseed::sync
