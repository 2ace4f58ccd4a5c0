// Where the bytes of a torrent's files are read from.
//
// The hasher asks by a file's place in Torrent::files, from several threads at
// once; pads and links are never asked for. FolderContent is what lies on a disk
// below one folder and must not change meanwhile.
#pragma once

#include "core/system/folder.hpp"
#include "torrentgen/torrent.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

class Content {
public:
    virtual ~Content() = default;
    // How many of the file's bytes there are to read; pieces that need more are missing.
    virtual Bytes available(std::size_t file) const = 0;
    virtual Result<Descriptor> open(std::size_t file) const = 0;
    // An error when the file was written to since it was found; asked after the last read.
    virtual Status unchanged(std::size_t file, const Descriptor& descriptor) const = 0;
    // For messages.
    virtual std::string name(std::size_t file) const = 0;
};

class FolderContent final : public Content {
public:
    struct Place {
        RelPath path{};
        std::optional<FileFacts> facts{};  // as they were found; nothing when the file is not there
    };
    // One place for each file of the torrent. What the folder holds beside them is not looked at.
    FolderContent(Folder folder, std::vector<Place> places)
        : folder_(std::move(folder)), places_(std::move(places)) {}

    Bytes available(std::size_t file) const override;
    Result<Descriptor> open(std::size_t file) const override;
    Status unchanged(std::size_t file, const Descriptor& descriptor) const override;
    std::string name(std::size_t file) const override;

private:
    Folder folder_;
    std::vector<Place> places_;
};

}  // namespace mirrorseed::torrentgen
