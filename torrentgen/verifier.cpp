#include "torrentgen/verifier.hpp"

#include "core/text.hpp"
#include "torrentgen/hasher.hpp"
#include "torrentgen/piece_map.hpp"
#include "torrentgen/symlink_path.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace mirrorseed::torrentgen {
namespace {

namespace fs = std::filesystem;

// A torrent's files as they lie on a disk.
struct Found {
    Folder folder;
    std::vector<FolderContent::Place> places{};
    std::vector<VerifiedFile> files{};  // by place, pads too; what a look at the names alone tells
};

Result<RelPath> safe_path(const TorrentFile& file) {
    RelPath path;
    for (const auto& part : file.path) {
        const auto name = RelPath::parse_name(part);
        if (!name) return name.error().within("a file of the torrent has an unsafe name");
        path = path / *name;
    }
    if (path.is_root()) return Error(Fault::unsafe_path, "a file of the torrent has no name");
    return path;
}

// The folder from which the torrent's paths count, and for a single file what it is called there.
struct Ground {
    std::string folder;
    std::optional<RelPath> single;
};

Result<Ground> ground_of(const Torrent& torrent, const std::string& path) {
    std::error_code trouble;
    const auto real = fs::canonical(path, trouble);
    if (trouble) return Error(trouble, escape_text(path) + ": " + trouble.message());
    const bool is_folder = fs::is_directory(real, trouble);
    if (torrent.is_folder && !is_folder)
        return Error(Fault::bad_input, escape_text(path) + " is no folder, and the torrent is of one");
    if (is_folder) return Ground{real.string(), std::nullopt};
    const auto name = RelPath::parse_name(real.filename().string());
    if (!name) return name.error();
    return Ground{real.parent_path().string(), *name};
}

VerifiedFile judge_link(const Folder& folder, const RelPath& path, const TorrentFile& file,
                        VerifiedFile judged) {
    const auto target = folder.read_link(path);
    if (!target) {
        judged.state = FileState::missing;
        return judged;
    }
    const auto parts = symlink_path(path, *target);
    if (!parts || *parts != *file.symlink) {
        judged.state = FileState::bad;
        judged.reason = "the link leads elsewhere";
    }
    return judged;
}

VerifiedFile judge_size(const FolderContent::Place& place, Bytes length, VerifiedFile judged) {
    if (!place.facts) {
        judged.state = FileState::missing;
    } else if (place.facts->size < length) {
        judged.state = FileState::too_short;
        judged.reason = fmt::format("{} of {} bytes", place.facts->size, length);
    } else if (place.facts->size > length) {
        judged.state = FileState::too_long;
        judged.reason = fmt::format("{} instead of {} bytes", place.facts->size, length);
    }
    return judged;
}

Result<Found> find(const Torrent& torrent, const std::string& path) {
    const auto ground = ground_of(torrent, path);
    if (!ground) return ground.error();
    auto folder = Folder::open(ground->folder);
    if (!folder) return folder.error();
    Found found{.folder = std::move(*folder)};
    for (const auto& file : torrent.files) {
        auto& place = found.places.emplace_back();
        auto& judged = found.files.emplace_back();
        if (file.pad) continue;
        const auto safe = safe_path(file);
        if (!safe) return safe.error();
        place.path = ground->single.value_or(*safe);
        judged.path = safe->str();
        if (file.symlink) {
            judged = judge_link(found.folder, place.path, file, std::move(judged));
            continue;
        }
        const auto facts = found.folder.facts(place.path);
        if (facts && facts->is_file) place.facts = *facts;
        if (facts && !facts->is_file) judged.reason = "something else has its name";
        judged = judge_size(place, file.length, std::move(judged));
    }
    return found;
}

void add_range(std::vector<ByteRange>& ranges, ByteRange range) {
    if (!ranges.empty() && ranges.back().offset + ranges.back().length == range.offset)
        ranges.back().length += range.length;
    else
        ranges.push_back(range);
}

class Judge {
public:
    Judge(const Torrent& torrent, const VerifyOptions& options, const Content& content,
          const PieceHashes& hashes, std::vector<VerifiedFile> files)
        : torrent_(torrent), options_(options), content_(content), hashes_(hashes), map_(torrent) {
        verified_.files = std::move(files);
    }

    Verified judge() {
        for (std::uint64_t piece = 0; piece < map_.count(); ++piece)
            judge(piece);
        for (const auto& [file, error] : hashes_.troubles)
            verified_.files[file].reason = error.text();
        std::vector<VerifiedFile> without_pads;
        for (std::size_t i = 0; i < torrent_.files.size(); ++i)
            if (!torrent_.files[i].pad) without_pads.push_back(std::move(verified_.files[i]));
        verified_.files = std::move(without_pads);
        return std::move(verified_);
    }

private:
    void judge(std::uint64_t piece) {
        const auto state = hashes_.states[piece];
        if (state == PieceState::missing) {
            verified_.missing.push_back(piece);
            for (const auto& slice : map_.slices(piece))
                if (content_.available(slice.file) >= slice.offset + slice.length)
                    verified_.files[slice.file].unverified += slice.length;
        } else if (state == PieceState::hashed && matches(piece)) {
            ++verified_.good;
        } else {
            verified_.bad.push_back(piece);
            for (const auto& slice : map_.slices(piece))
                if (!torrent_.files[slice.file].pad) accuse(piece, slice);
        }
    }

    bool matches(std::uint64_t piece) const {
        if (torrent_.format != Format::v2 &&
            std::memcmp(hashes_.v1.data() + piece * 20, torrent_.v1_pieces.data() + piece * 20, 20) != 0)
            return false;
        return torrent_.format == Format::v1 || hashes_.v2[piece] == expected_root(piece);
    }

    Digest expected_root(std::uint64_t piece) const {
        const auto slice = map_.slices(piece).front();
        const auto& file = torrent_.files[slice.file];
        if (file.length <= torrent_.piece_length) return file.root.value_or(Digest{});
        const auto layer = torrent_.piece_layers.find(file.root.value_or(Digest{}));
        const auto at = slice.offset / torrent_.piece_length * 32;
        Digest expected;
        if (layer != torrent_.piece_layers.end() && layer->second.size() >= at + 32)
            std::memcpy(expected.bytes.data(), layer->second.data() + at, 32);
        return expected;
    }

    void accuse(std::uint64_t piece, const Slice& slice) {
        auto& file = verified_.files[slice.file];
        if (file.state == FileState::good) file.state = FileState::bad;
        auto ranges =
            hashes_.states[piece] == PieceState::hashed ? bad_blocks(slice) : std::vector<ByteRange>{};
        if (ranges.empty()) ranges.push_back({slice.offset, slice.length});
        for (const auto& range : ranges)
            add_range(file.damaged, range);
    }

    // Empty when the blocks' hashes are not known, or acquit all of them.
    std::vector<ByteRange> bad_blocks(const Slice& slice) const {
        const auto& root = torrent_.files[slice.file].root;
        if (!root || !options_.known_blocks) return {};
        const auto known = options_.known_blocks(*root);
        const auto opened = content_.open(slice.file);
        if (!known || !opened) return {};
        std::vector<ByteRange> found;
        std::vector<std::uint8_t> buffer(block_size);
        for (Bytes at = slice.offset; at < slice.offset + slice.length; at += block_size) {
            const auto block =
                std::span(buffer).first(std::min<Bytes>(block_size, slice.offset + slice.length - at));
            const auto got = read_at(*opened, block, at, content_.name(slice.file));
            const auto number = at / block_size;
            if (!got || *got != block.size() || number >= known->size()) return {};
            if (Sha256::of(block) != (*known)[number]) add_range(found, {at, block.size()});
        }
        return found;
    }

    const Torrent& torrent_;
    const VerifyOptions& options_;
    const Content& content_;
    const PieceHashes& hashes_;
    const PieceMap map_;
    Verified verified_{};
};

}  // namespace

std::string_view name_of(FileState state) noexcept {
    switch (state) {
        case FileState::good:
            return "good";
        case FileState::bad:
            return "bad";
        case FileState::missing:
            return "missing";
        case FileState::too_short:
            return "short";
        case FileState::too_long:
            break;
    }
    return "long";
}

bool Verified::all_good() const {
    return bad.empty() && missing.empty() &&
           std::ranges::all_of(files, [](const auto& file) { return file.state == FileState::good; });
}

Result<Verified> verify_torrent(const Torrent& torrent, const std::string& path, const VerifyOptions& options,
                                const ShaLanes& lanes, Progress& progress) {
    auto found = find(torrent, path);
    if (!found) return found.error();
    progress.start("hash", 0, torrent.total_size());
    const FolderContent content(std::move(found->folder), std::move(found->places));
    const auto hashes =
        hash_pieces(torrent, content, lanes,
                    {.threads = options.threads, .on_trouble = HashOptions::OnTrouble::go_on}, progress);
    if (!hashes) return hashes.error();
    return Judge(torrent, options, content, *hashes, std::move(found->files)).judge();
}

}  // namespace mirrorseed::torrentgen
