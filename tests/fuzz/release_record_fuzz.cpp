// Whatever stands in a record of a release: it is refused, or written again it is the same.

#include "core/store/release_record.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    // With its digest, or no input would come further than that.
    const auto text = "stamp\n" + Sha256::of(as_bytes(body)).hex() + "\n" + std::string(body);
    const auto record = ReleaseRecord::parse(text);
    if (!record) return 0;
    const auto again = ReleaseRecord::parse(record->text());
    if (!again || again->text() != record->text()) std::abort();
    if (ReleaseRecord::name_of(record->release) != ReleaseRecord::name_of(again->release)) std::abort();
    return 0;
}
