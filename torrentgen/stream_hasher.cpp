#include "torrentgen/stream_hasher.hpp"

#include "torrentgen/merkle.hpp"

#include <algorithm>
#include <bit>

namespace mirrorseed::torrentgen {
namespace {

// Sixteen blocks, so that the lanes are full.
constexpr std::size_t window_size = 16 * block_size;
constexpr std::size_t sha_block = 64;

// So coarse that there are not more nodes than are wanted.
Bytes span_for(const StreamHasher::Options& options) {
    Bytes span = block_size;
    while (options.expected_size / span > options.most_nodes)
        span *= 2;
    return span;
}

}  // namespace

StreamHasher::StreamHasher(const Options& options, const ShaLanes& lanes)
    : options_(options),
      lanes_(lanes),
      one_stream_(openssl_kernel, openssl_kernel),
      span_(span_for(options)) {
    window_.reserve(window_size);
}

void StreamHasher::see(ByteSpan bytes) {
    if (options_.piece_length > 0) see_pieces(bytes);
    while (!bytes.empty()) {
        const auto take = std::min(bytes.size(), window_size - window_.size());
        window_.insert(window_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(take));
        bytes = bytes.subspan(take);
        if (window_.size() == window_size) hash_blocks();
    }
}

void StreamHasher::finish() {
    hash_blocks();
    fold_nodes(true);
    if (!nodes_.empty()) {
        const auto root =
            merkle_root(nodes_, std::bit_ceil(nodes_.size()), merkle_root({}, span_ / block_size));
        tree_ = ContentTree{.span = span_, .root = root, .nodes = std::move(nodes_)};
    }
    if (options_.piece_length == 0) return;
    const bool cut_short = piece_.seen + rest_.size() > 0;
    pieces_ = ContentPieces{.length = options_.piece_length, .pieces = done_};
    if (!cut_short) return;
    // Once as it is, for torrents in which nothing follows, and once with zeros behind it.
    auto padded = piece_;
    auto filled = rest_;
    filled.resize(options_.piece_length - padded.seen);
    const ShaJob<Sha1State> jobs[] = {{&piece_, rest_, true}, {&padded, filled, true}};
    one_stream_.run(jobs);
    const auto last = hash_of(piece_), zeros = hash_of(padded);
    pieces_->pieces.append(last.bytes.begin(), last.bytes.end());
    pieces_->padded_last.assign(zeros.bytes.begin(), zeros.bytes.end());
}

void StreamHasher::see_pieces(ByteSpan bytes) {
    while (!bytes.empty()) {
        const auto missing = options_.piece_length - piece_.seen - rest_.size();
        const auto part = bytes.first(std::min<Bytes>(bytes.size(), missing));
        bytes = bytes.subspan(part.size());
        see_piece(part);
        if (part.size() == missing) end_piece();
    }
}

// A state takes whole blocks; what is less waits.
void StreamHasher::see_piece(ByteSpan bytes) {
    if (!rest_.empty()) {
        const auto take = std::min(bytes.size(), sha_block - rest_.size());
        rest_.insert(rest_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(take));
        bytes = bytes.subspan(take);
        if (rest_.size() < sha_block) return;
        const ShaJob<Sha1State> job{&piece_, rest_, false};
        one_stream_.run(std::span(&job, 1));
        rest_.clear();
    }
    const auto whole = bytes.size() / sha_block * sha_block;
    const ShaJob<Sha1State> job{&piece_, bytes.first(whole), false};
    one_stream_.run(std::span(&job, 1));
    rest_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(whole), bytes.end());
}

void StreamHasher::end_piece() {
    const ShaJob<Sha1State> job{&piece_, rest_, true};
    one_stream_.run(std::span(&job, 1));
    const auto hash = hash_of(piece_);
    done_.append(hash.bytes.begin(), hash.bytes.end());
    piece_ = {};
    rest_.clear();
}

void StreamHasher::hash_blocks() {
    std::vector<ByteSpan> messages;
    for (std::size_t at = 0; at < window_.size(); at += block_size)
        messages.push_back(
            ByteSpan(window_).subspan(at, std::min<std::size_t>(block_size, window_.size() - at)));
    std::vector<Digest> digests(messages.size());
    lanes_.hash(messages, digests);
    blocks_.insert(blocks_.end(), digests.begin(), digests.end());
    window_.clear();
    fold_nodes(false);
}

void StreamHasher::fold_nodes(bool all) {
    const auto width = static_cast<std::size_t>(span_ / block_size);
    std::span<const Digest> rest(blocks_);
    while (rest.size() >= width || (all && !rest.empty())) {
        const auto take = std::min(width, rest.size());
        nodes_.push_back(merkle_root(rest.first(take), width));
        rest = rest.subspan(take);
    }
    blocks_.erase(blocks_.begin(), blocks_.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

}  // namespace mirrorseed::torrentgen
