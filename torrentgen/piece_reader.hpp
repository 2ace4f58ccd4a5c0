// The bytes of a batch of pieces, window by window.
//
// A window is a view of the file itself where its pages are in memory and there
// are enough of them to be worth a mapping; otherwise it is read into the caller's
// buffer. Files are opened when the first of their bytes is wanted and closed after
// the last one of the batch. Where pages are not in memory the disk is asked for
// the file's whole share of the batch in one go, in its order, before windows of
// sixteen places are read.
#pragma once

#include "torrentgen/content.hpp"
#include "torrentgen/mapped_slice.hpp"
#include "torrentgen/piece_map.hpp"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace mirrorseed::torrentgen {

class PieceReader {
public:
    // A cursor maps no more than `mapped_at_once`, or a window where that is more. One look may bring into
    // our memory as much as the cache keeps in one piece, 2 MiB say, but never what is not mapped.
    PieceReader(const Torrent& layout, const Content& content, Bytes mapped_at_once)
        : layout_(&layout), content_(&content), mapped_at_once_(mapped_at_once) {}

    // How far one piece was read.
    struct Cursor {
        std::vector<Slice> slices{};
        std::size_t slice = 0;  // the one that is next
        Bytes done = 0;         // of it

        std::optional<MappedSlice> mapped{};
        std::size_t mapped_slice = 0;
        Bytes mapped_at = 0;  // where in that slice
        Bytes shown = 0;      // of the mapping, by the last next()

        const Slice& here() const noexcept { return slices[slice]; }
        Bytes rest() const noexcept { return here().length - done; }
        bool ended() const noexcept { return slice == slices.size(); }
        void advance(Bytes bytes) noexcept;
    };

    // What the cursors' slices hold will be read until finish(), once.
    void begin(const std::vector<const Cursor*>& cursors);
    // The next bytes of the piece: as many as the buffer could hold, or as the piece has left.
    Result<ByteSpan> next(Cursor& cursor, std::span<std::uint8_t> buffer);
    // Said when the last window was worked on and before the next one. An error when its bytes were not
    // there.
    Status confirm(Cursor& cursor);
    void finish() { open_.clear(); }

    std::size_t file_in_trouble() const noexcept { return file_in_trouble_; }

private:
    struct OpenFile {
        Descriptor descriptor{};
        Bytes left = 0;       // to read in this batch
        Bytes end = 0;        // where the last of them ends
        bool called = false;  // the disk was asked for all of them
    };
    Result<OpenFile*> open(std::size_t number);
    // A view of the slice in hand; nothing where it must be read.
    std::optional<ByteSpan> look(Cursor& cursor, OpenFile& file, std::size_t size);
    Status read(Cursor& cursor, std::span<std::uint8_t> buffer);
    Status fill(OpenFile& file, std::size_t number, std::span<std::uint8_t> buffer, Bytes offset);
    // What is in memory, without waiting.
    std::size_t read_cached(const Descriptor& file, std::span<std::uint8_t> buffer, Bytes offset);
    // So many bytes of the file are not needed again.
    Status used(std::size_t number, Bytes bytes);

    const Torrent* layout_;
    const Content* content_;
    Bytes mapped_at_once_;
    std::map<std::size_t, OpenFile> open_{};  // by file
    std::size_t file_in_trouble_ = 0;
    bool can_tell_cached_ = true;
};

}  // namespace mirrorseed::torrentgen
