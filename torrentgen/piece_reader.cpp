#include "torrentgen/piece_reader.hpp"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace mirrorseed::torrentgen {
namespace {

// Below this a mapping costs more than the copy that it saves.
constexpr Bytes worth_mapping = 128 * 1024;

}  // namespace

void PieceReader::Cursor::advance(Bytes bytes) noexcept {
    done += bytes;
    if (rest() > 0) return;
    ++slice;
    done = 0;
}

void PieceReader::begin(const std::vector<const Cursor*>& cursors) {
    open_.clear();
    for (const auto* cursor : cursors) {
        for (const auto& slice : cursor->slices) {
            if (layout_->files[slice.file].pad) continue;
            auto& file = open_[slice.file];
            file.left += slice.length;
            file.end = std::max(file.end, slice.offset + slice.length);
        }
    }
}

Result<ByteSpan> PieceReader::next(Cursor& cursor, std::span<std::uint8_t> buffer) {
    // A window that goes on in another file has to be put together.
    const bool of_one_file = cursor.rest() >= buffer.size() || cursor.slice + 1 == cursor.slices.size();
    if (of_one_file && !layout_->files[cursor.here().file].pad) {
        const auto file = open(cursor.here().file);
        if (!file) return file.error();
        if (const auto view = look(cursor, **file, std::min<Bytes>(buffer.size(), cursor.rest())))
            return *view;
    }
    std::size_t filled = 0;
    while (filled < buffer.size() && !cursor.ended()) {
        const auto part = buffer.subspan(filled, std::min<Bytes>(cursor.rest(), buffer.size() - filled));
        const auto done = read(cursor, part);
        if (!done) return done.error();
        filled += part.size();
    }
    return ByteSpan(buffer.first(filled));
}

std::optional<ByteSpan> PieceReader::look(Cursor& cursor, OpenFile& file, std::size_t size) {
    if (!cursor.mapped) {
        const auto at = cursor.here().offset + cursor.done;
        std::uint8_t byte = 0;
        if (cursor.here().length < worth_mapping || file.called ||
            read_cached(file.descriptor, std::span(&byte, 1), at) == 0)
            return std::nullopt;
        const auto windows = std::max<Bytes>(1, mapped_at_once_ / size);
        auto mapped = MappedSlice::map(file.descriptor, at, std::min(windows * size, cursor.rest()));
        if (!mapped) return std::nullopt;
        cursor.mapped.emplace(std::move(*mapped));
        cursor.mapped_slice = cursor.slice;
        cursor.mapped_at = cursor.done;
    }
    const auto view = cursor.mapped->bytes().subspan(cursor.done - cursor.mapped_at, size);
    cursor.shown = size;
    cursor.advance(size);
    return view;
}

Status PieceReader::confirm(Cursor& cursor) {
    if (!cursor.mapped) return {};
    const auto number = cursor.slices[cursor.mapped_slice].file;
    file_in_trouble_ = number;
    if (cursor.mapped->lost())
        return Error(Fault::changed, content_->name(number) +
                                         " became shorter while it was read, or the disk cannot read it");
    if (const auto shown = std::exchange(cursor.shown, 0); shown > 0) {
        const auto counted = used(number, shown);
        if (!counted) return counted;
    }
    if (cursor.slice != cursor.mapped_slice ||
        cursor.done - cursor.mapped_at == cursor.mapped->bytes().size())
        cursor.mapped.reset();
    return {};
}

Status PieceReader::read(Cursor& cursor, std::span<std::uint8_t> buffer) {
    const auto [number, offset, length] = cursor.here();
    const auto at = offset + cursor.done;
    cursor.advance(buffer.size());
    if (layout_->files[number].pad) {
        std::ranges::fill(buffer, std::uint8_t{0});
        return {};
    }
    const auto file = open(number);
    if (!file) return file.error();
    const auto filled = fill(**file, number, buffer, at);
    if (!filled) return filled;
    return used(number, buffer.size());
}

Result<PieceReader::OpenFile*> PieceReader::open(std::size_t number) {
    file_in_trouble_ = number;
    auto& file = open_[number];
    if (!file.descriptor.is_open()) {
        auto opened = content_->open(number);
        if (!opened) return opened.error();
        file.descriptor = std::move(*opened);
    }
    return &file;
}

Status PieceReader::used(std::size_t number, Bytes bytes) {
    auto& file = open_[number];
    file.left -= bytes;
    if (file.left > 0) return {};
    const auto unchanged = content_->unchanged(number, file.descriptor);
    open_.erase(number);
    return unchanged;
}

Status PieceReader::fill(OpenFile& file, std::size_t number, std::span<std::uint8_t> buffer, Bytes offset) {
    auto done = file.called ? 0 : read_cached(file.descriptor, buffer, offset);
    if (done < buffer.size() && !file.called) {
        // And for as much again, which the next batches want. Where this fails, reading does the same,
        // slower.
        (void)posix_fadvise(file.descriptor.get(), static_cast<off_t>(offset),
                            static_cast<off_t>(3 * (file.end - offset)), POSIX_FADV_WILLNEED);
        file.called = true;
    }
    while (done < buffer.size()) {
        const auto got =
            read_at(file.descriptor, buffer.subspan(done), offset + done, content_->name(number));
        if (!got) return got.error();
        if (*got == 0)
            return Error(Fault::changed, content_->name(number) + " became shorter while it was read");
        done += *got;
    }
    return {};
}

std::size_t PieceReader::read_cached(const Descriptor& file, std::span<std::uint8_t> buffer, Bytes offset) {
    if (!can_tell_cached_) return 0;
    const iovec part{buffer.data(), buffer.size()};
    const auto got = preadv2(file.get(), &part, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    if (got < 0 && errno == EOPNOTSUPP) can_tell_cached_ = false;
    return got < 0 ? 0 : static_cast<std::size_t>(got);
}

}  // namespace mirrorseed::torrentgen
