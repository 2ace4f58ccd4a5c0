#include "sync/unpacking.hpp"

#include "core/store/blob_store.hpp"
#include "core/text.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace mirrorseed::sync {
namespace {

struct Ending {
    std::string_view text;
    Packing packing;
};
constexpr std::array endings = {Ending{".gz", Packing::gzip}, Ending{".xz", Packing::xz},
                                Ending{".zst", Packing::zstd}, Ending{".bz2", Packing::bzip2}};

const Ending* ending_of(std::string_view name) noexcept {
    for (const auto& ending : endings)
        if (name.size() > ending.text.size() && name.ends_with(ending.text)) return &ending;
    return nullptr;
}

struct Freed {
    void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Freed>;

int filter_code(Packing packing) {
    switch (packing) {
        case Packing::gzip:
            return ARCHIVE_FILTER_GZIP;
        case Packing::xz:
            return ARCHIVE_FILTER_XZ;
        case Packing::zstd:
            return ARCHIVE_FILTER_ZSTD;
        case Packing::bzip2:
            return ARCHIVE_FILTER_BZIP2;
        case Packing::none:
            break;
    }
    return ARCHIVE_FILTER_NONE;
}

bool know(archive* reader, Packing packing) {
    int known = ARCHIVE_OK;
    switch (packing) {
        case Packing::gzip:
            known = archive_read_support_filter_gzip(reader);
            break;
        case Packing::xz:
            known = archive_read_support_filter_xz(reader);
            break;
        case Packing::zstd:
            known = archive_read_support_filter_zstd(reader);
            break;
        case Packing::bzip2:
            known = archive_read_support_filter_bzip2(reader);
            break;
        case Packing::none:
            break;
    }
    // A warning says that another program would do it, and none is started here.
    return known == ARCHIVE_OK && archive_read_support_format_raw(reader) == ARCHIVE_OK &&
           archive_read_support_format_empty(reader) == ARCHIVE_OK;
}

Error trouble(archive* reader) {
    const auto* said = archive_error_string(reader);
    return Error(Fault::bad_input, "cannot be unpacked: " + escape_text(said ? said : "damaged"));
}

Error too_much(Bytes most) {
    return Error(Fault::bad_input, "holds more than " + format_size(most));
}

Status read_all(archive* reader, Bytes most, const std::function<Status(ByteSpan)>& seen) {
    Bytes total = 0;
    for (;;) {
        const void* data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int got = archive_read_data_block(reader, &data, &size, &offset);
        if (got == ARCHIVE_EOF) return {};
        if (got != ARCHIVE_OK) return trouble(reader);
        total += size;
        if (total > most) return too_much(most);
        const auto go_on = seen({static_cast<const std::uint8_t*>(data), size});
        if (!go_on) return go_on;
    }
}

}  // namespace

Packing packing_of(std::string_view name) noexcept {
    const auto* ending = ending_of(name);
    return ending ? ending->packing : Packing::none;
}

std::string_view unpacked_name(std::string_view name) noexcept {
    const auto* ending = ending_of(name);
    if (ending) name.remove_suffix(ending->text.size());
    return name;
}

Status unpack(const Descriptor& file, Packing packing, Bytes most,
              const std::function<Status(ByteSpan)>& seen) {
    const Reader reader(archive_read_new());
    if (!reader || !know(reader.get(), packing))
        return Error(Fault::failed, "libarchive here cannot unpack this kind of file");
    constexpr std::size_t step = 64 << 10;
    if (archive_read_open_fd(reader.get(), file.get(), step) != ARCHIVE_OK) return trouble(reader.get());
    archive_entry* entry = nullptr;
    const int header = archive_read_next_header(reader.get(), &entry);
    if (header == ARCHIVE_EOF && packing == Packing::none) return {};
    if (header != ARCHIVE_OK && header != ARCHIVE_EOF) return trouble(reader.get());
    if (archive_filter_code(reader.get(), 0) != filter_code(packing))
        return Error(Fault::bad_input, "is not packed as its name says");
    return header == ARCHIVE_EOF ? Status() : read_all(reader.get(), most, seen);
}

}  // namespace mirrorseed::sync
