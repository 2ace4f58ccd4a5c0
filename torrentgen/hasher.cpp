#include "torrentgen/hasher.hpp"

#include "torrentgen/merkle.hpp"
#include "torrentgen/piece_map.hpp"
#include "torrentgen/piece_reader.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace mirrorseed::torrentgen {
namespace {

// A thread's windows together stay in a core's second cache.
constexpr std::size_t windows = 16;
constexpr std::size_t longest_window = 64 * 1024;
constexpr std::size_t most_pieces = 512;

// All threads together: of buffers as much as of what is mapped, so that memory does not grow with the cores.
constexpr std::size_t most_memory = 16 << 20;
// More than these only wait for memory.
constexpr std::size_t most_threads = 64;
// A window each, and behind each a file that the next piece goes on with; a third is left to others.
constexpr std::size_t open_files_per_thread = windows * 3;

std::size_t most_open_files() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

std::size_t thread_count(const HashOptions& options) {
    const std::size_t wanted = options.threads > 0 ? options.threads : std::thread::hardware_concurrency();
    const auto most = std::min(most_threads, most_open_files() / open_files_per_thread);
    return std::max<std::size_t>(1, std::min(wanted, most));
}

std::size_t window_size(std::size_t threads) {
    return std::clamp<std::size_t>(std::bit_floor(most_memory / windows / threads), block_size,
                                   longest_window);
}

struct Batch {
    std::uint64_t first = 0, last = 0;
};

// Hands out batches, gathers what became of them.
class Work {
public:
    Work(const Torrent& layout, const HashOptions& options, Progress& progress, PieceHashes known)
        : layout_(layout),
          options_(options),
          progress_(progress),
          threads_(thread_count(options)),
          window_(window_size(threads_)),
          map_(layout),
          hashes_(std::move(known)) {
        if (hashes_.states.empty()) hashes_ = nothing_hashed(layout);
    }

    const PieceMap& map() const noexcept { return map_; }
    const Torrent& layout() const noexcept { return layout_; }
    std::size_t threads() const noexcept { return threads_; }
    std::size_t window() const noexcept { return window_; }
    Progress& progress() const noexcept { return progress_; }
    // Workers write to the pieces of their own batch alone.
    PieceHashes& hashes() noexcept { return hashes_; }

    // As many pieces as fill the windows; long ones as many as there are windows.
    Batch next() {
        const std::lock_guard lock(mutex_);
        Batch batch{next_, next_};
        if (stopped_) return batch;
        std::size_t bytes = 0;
        while (batch.last < map_.count() && batch.last - batch.first < most_pieces) {
            bytes += std::min<std::size_t>(window_, map_.size(batch.last));
            if (bytes > windows * window_) break;
            ++batch.last;
        }
        next_ = batch.last;
        return batch;
    }

    void trouble(std::size_t file, const Error& error) {
        const std::lock_guard lock(mutex_);
        hashes_.troubles.emplace_back(file, error);
        if (options_.on_trouble == HashOptions::OnTrouble::stop) stopped_ = true;
    }
    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    // What a worker threw, memory that is not to be had say, ends the program unless it is carried over.
    void thrown(std::exception_ptr exception) {
        const std::lock_guard lock(mutex_);
        thrown_ = std::move(exception);
        stopped_ = true;
    }
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }
    // There is no use in going on.
    bool is_over() {
        const std::lock_guard lock(mutex_);
        return stopped_;
    }

private:
    const Torrent& layout_;
    const HashOptions& options_;
    Progress& progress_;
    const std::size_t threads_, window_;
    const PieceMap map_;
    PieceHashes hashes_;
    std::mutex mutex_;
    std::uint64_t next_ = 0;
    bool stopped_ = false;
    std::exception_ptr thrown_{};
};

// One thread's share.
class Worker {
public:
    Worker(Work& work, const Content& content, const ShaLanes& lanes)
        : work_(work),
          content_(content),
          lanes_(lanes),
          reader_(work.layout(), content, most_memory / windows / work.threads()),
          buffer_(new std::uint8_t[windows * work.window()]) {}

    void run() {
        for (;;) {
            if (work_.progress().stop_requested()) return work_.stop();
            const auto batch = work_.next();
            if (batch.first == batch.last) return;
            hash(batch);
        }
    }

private:
    struct Piece {
        std::uint64_t number = 0;
        PieceReader::Cursor cursor{};
        Sha1State sha1{};
        MerkleStack blocks{};
        std::span<std::uint8_t> window{};
        ByteSpan filled{};
        bool spoilt = false;
    };

    bool has_v1() const { return work_.layout().format != Format::v2; }
    bool has_v2() const { return work_.layout().format != Format::v1; }

    void hash(Batch batch) {
        begin(batch);
        while (fill_windows()) {
            if (has_v1()) advance_sha1();
            if (has_v2()) hash_blocks();
            confirm_windows();
        }
        reader_.finish();
        give();
    }

    void begin(Batch batch) {
        pieces_.clear();
        std::size_t at = 0;
        for (auto number = batch.first; number < batch.last; ++number) {
            auto slices = work_.map().slices(number);
            if (work_.hashes().states[number] == PieceState::hashed || !is_there(slices)) continue;
            const auto size = std::min<std::size_t>(work_.window(), work_.map().size(number));
            auto& piece = pieces_.emplace_back();
            piece.number = number;
            piece.cursor.slices = std::move(slices);
            piece.window = std::span(buffer_.get() + at, size);
            at += size;
        }
        std::vector<const PieceReader::Cursor*> cursors;
        for (const auto& piece : pieces_)
            cursors.push_back(&piece.cursor);
        reader_.begin(cursors);
    }

    bool is_there(const std::vector<Slice>& slices) const {
        return std::ranges::all_of(slices, [&](const Slice& slice) {
            return work_.layout().files[slice.file].pad ||
                   content_.available(slice.file) >= slice.offset + slice.length;
        });
    }

    // False when no piece has anything left.
    bool fill_windows() {
        Bytes read = 0;
        for (auto& piece : pieces_) {
            piece.filled = {};
            if (piece.spoilt || piece.cursor.ended()) continue;
            const auto bytes = reader_.next(piece.cursor, piece.window);
            if (!bytes) {
                spoil(piece, bytes.error());
                continue;
            }
            piece.filled = *bytes;
            read += bytes->size();
        }
        work_.progress().bytes_done(read);
        return read > 0 && !work_.is_over();
    }

    void confirm_windows() {
        for (auto& piece : pieces_) {
            if (piece.filled.empty()) continue;
            const auto confirmed = reader_.confirm(piece.cursor);
            if (!confirmed) spoil(piece, confirmed.error());
        }
    }

    void spoil(Piece& piece, const Error& error) {
        piece.spoilt = true;
        work_.trouble(reader_.file_in_trouble(), error);
    }

    void advance_sha1() {
        sha1_jobs_.clear();
        for (auto& piece : pieces_)
            if (!piece.filled.empty())
                sha1_jobs_.push_back({&piece.sha1, piece.filled, piece.cursor.ended()});
        lanes_.run(std::span<const ShaJob<Sha1State>>(sha1_jobs_));
    }

    // The part of a window that is of a file: pads stand behind it and are in no tree.
    ByteSpan without_pad(const Piece& piece) const {
        const auto own = piece.cursor.slices.front().length;
        const auto before = static_cast<Bytes>(piece.blocks.count()) * block_size;
        return piece.filled.first(std::min<Bytes>(piece.filled.size(), own - std::min(own, before)));
    }

    void hash_blocks() {
        messages_.clear();
        for (const auto& piece : pieces_)
            for (auto rest = without_pad(piece); !rest.empty();) {
                messages_.push_back(rest.first(std::min<std::size_t>(block_size, rest.size())));
                rest = rest.subspan(messages_.back().size());
            }
        digests_.resize(messages_.size());
        lanes_.hash(messages_, digests_);
        auto digest = digests_.begin();
        for (auto& piece : pieces_)
            for (auto left = (without_pad(piece).size() + block_size - 1) / block_size; left > 0; --left)
                piece.blocks.add(*digest++);
    }

    void give() {
        auto& hashes = work_.hashes();
        for (auto& piece : pieces_) {
            hashes.states[piece.number] = piece.spoilt ? PieceState::unreadable : PieceState::hashed;
            if (piece.spoilt) continue;
            if (has_v1())
                std::memcpy(hashes.v1.data() + piece.number * 20, hash_of(piece.sha1).bytes.data(), 20);
            if (!has_v2()) continue;
            hashes.v2[piece.number] = root_of(piece);
        }
    }

    Digest root_of(const Piece& piece) const {
        const auto& layout = work_.layout();
        const auto& file = layout.files[piece.cursor.slices.front().file];
        const auto width = file.length > layout.piece_length ? layout.piece_length / block_size
                                                             : std::bit_ceil(piece.blocks.count());
        return piece.blocks.root(width);
    }

    Work& work_;
    const Content& content_;
    const ShaLanes& lanes_;
    PieceReader reader_;
    std::unique_ptr<std::uint8_t[]> buffer_;  // untouched memory costs nothing where files are mapped
    std::vector<Piece> pieces_{};
    std::vector<ShaJob<Sha1State>> sha1_jobs_{};
    std::vector<ByteSpan> messages_{};
    std::vector<Digest> digests_{};
};

void run_worker(Work& work, const Content& content, const ShaLanes& lanes) {
    try {
        Worker(work, content, lanes).run();
    } catch (...) {
        work.thrown(std::current_exception());
    }
}

}  // namespace

PieceHashes nothing_hashed(const Torrent& layout) {
    PieceHashes hashes;
    const auto count = PieceMap(layout).count();
    hashes.states.resize(count, PieceState::missing);
    if (layout.format != Format::v2) hashes.v1.resize(count * 20);
    if (layout.format != Format::v1) hashes.v2.resize(count);
    return hashes;
}

Result<PieceHashes> hash_pieces(const Torrent& layout, const Content& content, const ShaLanes& lanes,
                                const HashOptions& options, Progress& progress, PieceHashes known) {
    Work work(layout, options, progress, std::move(known));
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < work.threads(); ++i)
            threads.emplace_back([&] { run_worker(work, content, lanes); });
        run_worker(work, content, lanes);
    }
    work.rethrow();
    auto& hashes = work.hashes();
    // By file, whichever thread came upon it first.
    std::ranges::stable_sort(hashes.troubles, {}, [](const auto& trouble) { return trouble.first; });
    if (options.on_trouble == HashOptions::OnTrouble::stop && !hashes.troubles.empty())
        return hashes.troubles.front().second;
    const auto going = progress.go_on();
    if (!going) return going.error();
    return std::move(hashes);
}

void take_hashes(Torrent& torrent, PieceHashes hashes) {
    torrent.v1_pieces = std::move(hashes.v1);
    if (torrent.format == Format::v1) return;
    const PieceMap map(torrent);
    for (std::size_t i = 0; i < torrent.files.size(); ++i) {
        auto& file = torrent.files[i];
        if (file.pad || file.length == 0) continue;
        const auto [first, last] = map.pieces_of(i);
        const std::span layer(hashes.v2.data() + first, last - first);
        if (file.length <= torrent.piece_length) {
            file.root = layer.front();
            continue;
        }
        file.root = root_of_layer(layer, torrent.piece_length);
        std::string bytes;
        bytes.reserve(layer.size() * sizeof(Digest::bytes));
        for (const auto& digest : layer)
            bytes.append(digest.bytes.begin(), digest.bytes.end());
        torrent.piece_layers[*file.root] = std::move(bytes);
    }
}

}  // namespace mirrorseed::torrentgen
