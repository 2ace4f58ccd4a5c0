// The files that a torrent's info names: v1's list and v2's tree.
//
// For read_torrent() alone. Names are taken as they stand. What libtorrent
// refuses is refused here, with the byte at which it stands.
#pragma once

#include "torrentgen/bencode_view.hpp"
#include "torrentgen/torrent.hpp"

namespace mirrorseed::torrentgen {

// "bad torrent at byte N: WHAT"
Error fault_at(std::size_t offset, std::string_view what);

// What was found odd, each code once.
class Oddities {
public:
    void note(std::string_view code, std::string text);
    std::vector<Warning> take() { return std::move(list_); }

private:
    std::vector<Warning> list_{};
};

struct FileList {
    std::string name{};  // of the folder, or of the single file
    bool is_folder = false;
    std::vector<TorrentFile> files{};
};

class FileReader {
public:
    // `name_bytes`: what all names together may take. Names are deduplicated nowhere, so a folder with a long
    // name and many files would otherwise grow by their product.
    FileReader(Oddities& oddities, std::size_t name_bytes) : oddities_(&oddities), name_bytes_(name_bytes) {}

    Result<FileList> v1(const BencodeNode& info);
    // With `files` in info too, a tree of one file is a folder.
    Result<FileList> v2(const BencodeNode& info);

private:
    Result<TorrentFile> v1_file(const BencodeNode& entry);
    Result<TorrentFile> v1_single(const BencodeNode& info);
    Status walk(const BencodeNode& tree, int depth, FileList& into);
    Result<TorrentFile> v2_file(const BencodeNode& leaf);
    // Attributes, length and link target, which both halves spell alike.
    Result<TorrentFile> common(const BencodeNode& entry);
    Result<std::vector<std::string>> parts(const BencodeNode& list);
    Status pay_for(std::size_t offset, std::string_view name);

    Oddities* oddities_;
    std::size_t name_bytes_;
    Bytes total_ = 0;
    std::vector<std::string> path_{};  // of the tree's node that is being read
};

// The string under "KEY.utf-8", or else under KEY.
BencodeNode find_text(const BencodeNode& dictionary, std::string_view key);

}  // namespace mirrorseed::torrentgen
