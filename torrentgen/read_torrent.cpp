#include "torrentgen/read_torrent.hpp"

#include "torrentgen/hybrid_halves.hpp"
#include "torrentgen/read_files.hpp"
#include "torrentgen/read_layers.hpp"
#include "torrentgen/read_outer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

namespace mirrorseed::torrentgen {
namespace {

using Kind = BencodeKind;

constexpr std::int64_t longest_piece = 0x7fffffff / 2;

struct FlawText {
    BencodeFlaw::Kind kind;
    std::string_view code, text;
};
constexpr std::array flaw_texts{
    FlawText{BencodeFlaw::Kind::leading_zero, "leading-zero", "a number is written with leading zeros"},
    FlawText{BencodeFlaw::Kind::negative_zero, "negative-zero", "a number begins with \"-0\""},
    FlawText{BencodeFlaw::Kind::huge_number, "huge-number",
             "a number does not fit into 64 bits and counts as 0"},
    FlawText{BencodeFlaw::Kind::unsorted_keys, "unsorted-keys", "the keys of a dictionary are out of order"},
    FlawText{BencodeFlaw::Kind::repeated_key, "repeated-key", "a key is there twice, and the first counts"},
};

const FlawText& told(const BencodeFlaw& flaw) {
    return *std::ranges::find(flaw_texts, flaw.kind, &FlawText::kind);
}

class Reader {
public:
    Reader(const BencodeView& view, const ReadLimits& limits)
        : root_(view.root()), info_(root_.find("info", Kind::dictionary)), limits_(limits) {}

    Result<ReadTorrent> read() {
        if (!root_.is(Kind::dictionary)) return fault_at(root_.begin(), "it is no dictionary");
        if (!info_) return fault_at(root_.begin(), "it has no info");
        for (const auto step : {&Reader::take_version, &Reader::take_piece_length, &Reader::take_files,
                                &Reader::take_pieces, &Reader::take_layers})
            if (auto taken = (this->*step)(); !taken) return taken.error();
        take_rest_of_info();
        take_hashes();
        take_outer_keys(root_, torrent_, oddities_);
        return ReadTorrent{std::move(torrent_), oddities_.take(), info_.begin(), info_.end()};
    }

    void note_flaws() {
        for (const auto& flaw : BencodeView::flaws(root_))
            oddities_.note(told(flaw).code, fmt::format("{} (byte {})", told(flaw).text, flaw.offset));
    }
    void note_trailing(std::size_t bytes) {
        oddities_.note("trailing-bytes", fmt::format("{} bytes stand behind the torrent's end", bytes));
    }
    void note_size(Bytes bytes) {
        oddities_.note("large-torrent",
                       fmt::format("the .torrent is {} large, and clients refuse more than {}",
                                   format_size(bytes), format_size(usual_most_bytes)));
    }

private:
    Error missing(const BencodeNode& node, std::string_view what) const {
        return fault_at(node ? node.begin() : info_.begin(), what);
    }

    // libtorrent holds info with a meta version to canonical keys and numbers.
    Status take_version() {
        const auto node = info_.find("meta version", Kind::integer);
        version_ = static_cast<std::int32_t>(node.integer().value_or(-1));
        const auto tree = info_.find("file tree", Kind::dictionary);
        if (version_ < 2 && tree) return missing(tree, "there is a file tree but no meta version 2");
        if (version_ <= 0) return {};
        for (const auto& flaw : BencodeView::flaws(info_)) {
            const bool tolerated =
                flaw.kind == BencodeFlaw::Kind::negative_zero || flaw.kind == BencodeFlaw::Kind::huge_number;
            if (tolerated) continue;
            return fault_at(flaw.offset, fmt::format("not in a v2 info: {}", told(flaw).text));
        }
        if (version_ > 2) return missing(node, "its meta version is not known");
        if (version_ == 2 && !tree) return missing(node, "it has no file tree");
        return {};
    }

    Status take_piece_length() {
        const auto node = info_.find("piece length", Kind::integer);
        const auto length = node.integer().value_or(-1);
        if (length <= 0 || length > longest_piece)
            return missing(node, "its piece length is missing or out of bounds");
        torrent_.piece_length = static_cast<Bytes>(length);
        if (version_ == 2 &&
            (torrent_.piece_length < block_size || !std::has_single_bit(torrent_.piece_length)))
            return missing(node, "its piece length is no power of two from 16 KiB");
        return {};
    }

    Status take_files() {
        if (!find_text(info_, "name")) return fault_at(info_.begin(), "it has no name");
        FileReader reader(oddities_, limits_.name_bytes);
        const auto list = info_.find("files", Kind::list);
        FileList v1, v2;
        has_v1_ = version_ < 2 || list || info_.find("length");
        if (version_ == 2) {
            auto read = reader.v2(info_);
            if (!read) return read.error();
            v2 = std::move(*read);
        }
        if (has_v1_) {
            auto read = reader.v1(info_);
            if (!read) return read.error();
            v1 = std::move(*read);
        }
        auto& taken = version_ == 2 ? v2 : v1;
        if (taken.files.empty()) return missing(list, "it holds no files");
        const bool both = version_ == 2 && !v1.files.empty();
        if (both) {
            auto joined = join_halves(v1, v2, torrent_.piece_length, list ? list.begin() : info_.begin());
            if (!joined) return joined.error();
            padded_ = std::move(*joined);
        }
        torrent_.format = both ? Format::hybrid : version_ == 2 ? Format::v2 : Format::v1;
        torrent_.name = std::move(taken.name);
        torrent_.is_folder = taken.is_folder;
        torrent_.files = std::move(taken.files);
        return {};
    }

    // Pieces run through pads and files; in v2 each file begins one.
    std::uint64_t pieces_expected() const {
        Bytes total = 0;
        std::uint64_t pieces = 0;
        for (const auto& file : torrent_.files) {
            total += file.length;
            pieces += (file.length + torrent_.piece_length - 1) / torrent_.piece_length;
        }
        return version_ == 2 ? pieces : (total + torrent_.piece_length - 1) / torrent_.piece_length;
    }

    Status take_pieces() {
        const auto expected = pieces_expected();
        if (expected == 0) return fault_at(info_.begin(), "its files are all empty");
        if (expected > limits_.pieces)
            return fault_at(info_.begin(),
                            fmt::format("it has {} pieces, more than {}", expected, limits_.pieces));
        const auto node = info_.find("pieces", Kind::text);
        if (!node && version_ < 2) return missing(info_.find("pieces"), "it has no hashes of pieces");
        const auto hashes = node.text().value_or("");
        if (node && hashes.size() != expected * 20)
            return missing(node, fmt::format("{} bytes of hashes for {} pieces", hashes.size(), expected));
        if (torrent_.format == Format::hybrid && !node) {
            // Its v1 half can be named, and nothing in it checked.
            torrent_.format = Format::v2;
            oddities_.note("no-v1-hashes", "its v1 half has no hashes of pieces");
        } else if (torrent_.format == Format::v2 && node) {
            oddities_.note("hashes-without-files", "it has v1 hashes of pieces and no v1 files");
        } else {
            torrent_.v1_pieces = std::string(hashes);
        }
        if (torrent_.format == Format::hybrid) torrent_.files = std::move(padded_);
        return {};
    }

    Status take_layers() {
        if (version_ < 2) return {};
        return torrentgen::take_layers(root_.find("piece layers", Kind::dictionary), torrent_, oddities_);
    }

    void take_rest_of_info() {
        torrent_.is_private = info_.find("private", Kind::integer).integer().value_or(0) != 0;
        torrent_.source = std::string(info_.find("source", Kind::text).text().value_or(""));
        take_relations(info_, torrent_);
    }

    void take_hashes() {
        const auto bytes = as_bytes(info_.bytes());
        if (has_v1_) torrent_.info_hash_v1 = Sha1::of(bytes);
        if (version_ == 2) torrent_.info_hash_v2 = Sha256::of(bytes);
    }

    BencodeNode root_, info_;
    ReadLimits limits_;
    Torrent torrent_{};
    Oddities oddities_{};
    std::int32_t version_ = -1;
    bool has_v1_ = true;
    std::vector<TorrentFile> padded_{};  // a hybrid's files with its pads
};

}  // namespace

Result<ReadTorrent> read_torrent(std::string_view bytes, const ReadLimits& limits) {
    const auto view = BencodeView::parse(bytes, limits.bencode);
    if (!view) return view.error();
    Reader reader(*view, limits);
    reader.note_flaws();
    if (view->trailing() > 0) reader.note_trailing(view->trailing());
    if (bytes.size() > usual_most_bytes) reader.note_size(bytes.size());
    return reader.read();
}

Result<Torrent> parse_torrent(std::string_view bytes) {
    auto read = read_torrent(bytes);
    if (!read) return read.error();
    return std::move(read->torrent);
}

}  // namespace mirrorseed::torrentgen
