#include "sync/unpacking.hpp"

#include "core/store/blob_store.hpp"
#include "core/text.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t step = 64 << 10;

struct Kind {
    std::string_view ending;
    Packing packing;
    int filter;
    int (*know)(archive*);
};
constexpr std::array kinds = {
    Kind{".gz", Packing::gzip, ARCHIVE_FILTER_GZIP, archive_read_support_filter_gzip},
    Kind{".xz", Packing::xz, ARCHIVE_FILTER_XZ, archive_read_support_filter_xz},
    Kind{".zst", Packing::zstd, ARCHIVE_FILTER_ZSTD, archive_read_support_filter_zstd},
    Kind{".bz2", Packing::bzip2, ARCHIVE_FILTER_BZIP2, archive_read_support_filter_bzip2}};

const Kind* kind_named(std::string_view name) noexcept {
    for (const auto& kind : kinds)
        if (name.size() > kind.ending.size() && name.ends_with(kind.ending)) return &kind;
    return nullptr;
}

// Nothing for what is not packed.
const Kind* kind_of(Packing packing) noexcept {
    for (const auto& kind : kinds)
        if (kind.packing == packing) return &kind;
    return nullptr;
}

struct Freed {
    void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Freed>;

bool know(archive* reader, const Kind* kind) {
    // A warning says that another program would do it, and none is started here.
    return (kind == nullptr || kind->know(reader) == ARCHIVE_OK) &&
           archive_read_support_format_raw(reader) == ARCHIVE_OK &&
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

bool know_tar(archive* reader) {
    bool knows = archive_read_support_format_tar(reader) == ARCHIVE_OK;
    for (const auto& kind : kinds)
        knows = knows && kind.know(reader) == ARCHIVE_OK;
    return knows;
}

// One that is fit to be looked at; nothing at the end.
Result<archive_entry*> next_entry(archive* reader, const TarLimits& limits, std::uint64_t& count) {
    archive_entry* entry = nullptr;
    const int header = archive_read_next_header(reader, &entry);
    if (header == ARCHIVE_EOF) return static_cast<archive_entry*>(nullptr);
    // What is said of times and owners that are unknown here is no harm.
    if (header != ARCHIVE_OK && header != ARCHIVE_WARN) return trouble(reader);
    constexpr int once = 2;  // the last filter is none
    if (archive_filter_count(reader) > once) return Error(Fault::bad_input, "is packed more than once");
    const auto size = archive_entry_size(entry);
    const auto before = archive_filter_bytes(reader, 0);
    if (size < 0 || before < 0 || static_cast<Bytes>(size) > limits.most ||
        static_cast<Bytes>(before) > limits.most - static_cast<Bytes>(size))
        return too_much(limits.most);
    if (++count > limits.most_entries)
        return Error(Fault::bad_input, "holds more than " + std::to_string(limits.most_entries) + " files");
    if (archive_entry_pathname(entry) == nullptr)
        return Error(Fault::bad_input, "holds a name that cannot be read");
    return entry;
}

Result<std::string> content_of(archive* reader, archive_entry* entry, const TarLimits& limits) {
    const std::string name = escape_text(archive_entry_pathname(entry));
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
        return Error(Fault::bad_input, "holds " + name + ", which is no file");
    if (static_cast<Bytes>(archive_entry_size(entry)) > limits.most_of_one)
        return Error(Fault::bad_input,
                     "holds " + name + ", which is larger than " + format_size(limits.most_of_one));
    std::string text;
    const auto read = read_all(reader, limits.most_of_one, [&](ByteSpan bytes) {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return Status();
    });
    if (!read) return read.error();
    return text;
}

}  // namespace

Packing packing_of(std::string_view name) noexcept {
    const auto* kind = kind_named(name);
    return kind != nullptr ? kind->packing : Packing::none;
}

std::string_view unpacked_name(std::string_view name) noexcept {
    const auto* kind = kind_named(name);
    if (kind != nullptr) name.remove_suffix(kind->ending.size());
    return name;
}

Status unpack(const Descriptor& file, Packing packing, Bytes most,
              const std::function<Status(ByteSpan)>& seen) {
    const auto* kind = kind_of(packing);
    const Reader reader(archive_read_new());
    if (!reader || !know(reader.get(), kind))
        return Error(Fault::failed, "libarchive here cannot unpack this kind of file");
    if (archive_read_open_fd(reader.get(), file.get(), step) != ARCHIVE_OK) return trouble(reader.get());
    archive_entry* entry = nullptr;
    const int header = archive_read_next_header(reader.get(), &entry);
    if (header == ARCHIVE_EOF && packing == Packing::none) return {};
    if (header != ARCHIVE_OK && header != ARCHIVE_EOF) return trouble(reader.get());
    const int wanted = kind != nullptr ? kind->filter : ARCHIVE_FILTER_NONE;
    if (archive_filter_code(reader.get(), 0) != wanted)
        return Error(Fault::bad_input, "is not packed as its name says");
    return header == ARCHIVE_EOF ? Status() : read_all(reader.get(), most, seen);
}

Status read_tar(const Descriptor& file, const TarLimits& limits,
                const std::function<bool(std::string_view name)>& is_wanted,
                const std::function<Status(std::string_view name, std::string_view content)>& seen) {
    const Reader reader(archive_read_new());
    if (!reader || !know_tar(reader.get()))
        return Error(Fault::failed, "libarchive here cannot unpack tar archives");
    if (archive_read_open_fd(reader.get(), file.get(), step) != ARCHIVE_OK) return trouble(reader.get());
    for (std::uint64_t count = 0;;) {
        const auto entry = next_entry(reader.get(), limits, count);
        if (!entry) return entry.error();
        if (*entry == nullptr) return {};
        const std::string name = archive_entry_pathname(*entry);
        if (!is_wanted(name)) continue;
        const auto content = content_of(reader.get(), *entry, limits);
        if (!content) return content.error();
        const auto go_on = seen(name, *content);
        if (!go_on) return go_on;
    }
}

}  // namespace mirrorseed::sync
