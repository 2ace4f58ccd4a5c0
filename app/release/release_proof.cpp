#include "app/release/release_proof.hpp"

#include "core/text.hpp"
#include "httpd/published/published_contents.hpp"
#include "torrentgen/fair_dice.hpp"
#include "torrentgen/piece_map.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <memory>
#include <set>
#include <utility>
#include <variant>

namespace mirrorseed::app {
namespace {

using torrentgen::PieceMap;
using torrentgen::Slice;
using torrentgen::Torrent;

constexpr int random_pieces = 16;

std::vector<std::uint64_t> pieces_to_read(const Torrent& torrent) {
    const PieceMap map(torrent);
    std::set<std::uint64_t> pieces;
    for (std::size_t i = 0; i < torrent.files.size(); ++i) {
        if (torrent.files[i].pad || torrent.files[i].length == 0) continue;
        const auto [first, last] = map.pieces_of(i);
        pieces.insert({first, last - 1});
    }
    const auto dice = torrentgen::fair_dice();
    for (int i = 0; i < random_pieces; ++i)
        pieces.insert(dice(map.count()));
    return {pieces.begin(), pieces.end()};
}

class Proof {
public:
    Proof(httpd::PublishedContents& contents, const Release& release, const std::vector<ReleaseFile>& files)
        : contents_(contents), release_(release), files_(files) {}

    // Appends the bytes of it.
    Status read(const Slice& slice, std::vector<std::uint8_t>& into) {
        const auto opened = open(slice.file);
        if (!opened) return opened;
        const auto begin = into.size();
        into.resize(begin + slice.length);
        for (Bytes done = 0; done < slice.length;) {
            const auto came = ::pread(file_->file.get(), into.data() + begin + done, slice.length - done,
                                      static_cast<off_t>(slice.offset + done));
            if (came <= 0) return trouble("it ends before its size says so");
            done += static_cast<Bytes>(came);
        }
        return {};
    }

private:
    Status open(std::size_t file) {
        if (file_ && open_ == file) return {};
        auto found = contents_.release_file(release_, files_[file]);
        open_ = file;
        file_.reset();
        if (auto* content = std::get_if<httpd::FileFound>(&found))
            file_ = std::make_unique<httpd::FileFound>(std::move(*content));
        if (!file_) return trouble("it is not served");
        if (file_->facts.size != files_[file].size) return trouble("it is served with another size");
        return {};
    }
    Error trouble(const char* what) const {
        return {Fault::damaged, fmt::format("{}: {}", in_quotes(files_[open_].path.str()), what)};
    }

    httpd::PublishedContents& contents_;
    const Release& release_;
    const std::vector<ReleaseFile>& files_;
    std::unique_ptr<httpd::FileFound> file_{};
    std::size_t open_ = 0;
};

}  // namespace

struct ReleaseProver::Served {
    explicit Served(httpd::PublishedStore opened) : store(std::move(opened)), contents(store) {}
    httpd::PublishedStore store;
    httpd::PublishedContents contents;
};

ReleaseProver::ReleaseProver(StorePlaces places) : places_(std::move(places)) {}
ReleaseProver::~ReleaseProver() = default;

Result<httpd::PublishedContents*> ReleaseProver::contents() {
    if (!served_) {
        auto published = httpd::PublishedStore::open(places_.store, places_.catalogue_file(), {},
                                                     std::make_shared<httpd::Troubles>(silent_));
        if (!published) return published.error();
        served_ = std::make_unique<Served>(std::move(*published));
    }
    return &served_->contents;
}

Result<std::optional<std::uint64_t>> ReleaseProver::first_unlike(const Torrent& torrent,
                                                                 const Release& release,
                                                                 const std::vector<ReleaseFile>& files,
                                                                 const std::vector<std::uint64_t>& pieces,
                                                                 Progress& progress) {
    const auto served = contents();
    if (!served) return served.error();
    Proof proof(**served, release, files);
    const PieceMap map(torrent);
    std::vector<std::uint8_t> bytes;
    for (const auto piece : pieces) {
        const auto may_go_on = progress.go_on();
        if (!may_go_on) return may_go_on.error();
        bytes.clear();
        for (const auto& slice : map.slices(piece)) {
            const auto read = proof.read(slice, bytes);
            if (!read) return read.error();
        }
        if (!map.matches(piece, bytes)) return std::optional(piece);
    }
    return std::optional<std::uint64_t>();
}

Status ReleaseProver::prove(const Torrent& torrent, const Release& release,
                            const std::vector<ReleaseFile>& files, Progress& progress) {
    const auto unlike = first_unlike(torrent, release, files, pieces_to_read(torrent), progress);
    if (!unlike) return unlike.error();
    if (!*unlike) return {};
    return Error(Fault::damaged, fmt::format("piece {} is not served as it was hashed", **unlike));
}

}  // namespace mirrorseed::app
