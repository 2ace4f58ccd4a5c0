// A tree that lies on this machine: file:///path/to/tree/
#pragma once

#include "sync/upstream.hpp"

namespace mirrorseed::sync {

// The absolute path that a file URL names.
Result<std::string> path_of_file_url(const std::string& url);

class FileUpstream final : public Upstream {
public:
    static Result<std::unique_ptr<Upstream>> open(const std::string& url);
    // A plain folder, for adopt.
    static Result<std::unique_ptr<Upstream>> open_folder(const std::string& path);

    const std::string& name() const override { return name_; }
    Result<Listing> list(const Selection& selection, Progress& progress) override;
    Result<std::optional<Entry>> look(const RelPath& path, Progress& progress) override;
    Result<std::optional<PackedFolder>> names_in(const RelPath& folder, Progress& progress) override;
    // More would make a disk's heads jump.
    unsigned lanes() const override { return 1; }
    void bring(Orders& orders, Progress& progress) override;
    bool is_shared() const override { return modes_ == Modes::as_they_are; }

private:
    // Which permission bits are taken over. Nobody but the owner may write to what others are served, so a
    // mirror leaves those bits out; an adopted file keeps its mode.
    enum class Modes { as_served, as_they_are };
    FileUpstream(Folder folder, std::string name, Modes modes)
        : folder_(std::move(folder)), name_(std::move(name)), modes_(modes) {}
    std::optional<Entry> entry_from(const FileFacts& facts, const std::string& target) const;
    Result<std::vector<FolderItem>> items_of(const RelPath& path) const;
    Status list_folder(const RelPath& path, const Selection& selection, Listing& listing, Progress& progress);
    Result<Descriptor> open_file(const RelPath& path) const;
    Result<bool> may_all_read(const RelPath& place, const FileFacts& facts) const;
    Result<std::optional<Entry>> entry_at(const RelPath& place, const FileFacts& facts) const;
    Result<std::optional<Entry>> look_behind_links(const RelPath& path) const;
    Result<Told> copy(const Order& order, Intake& into, Progress& progress) const;

    Folder folder_;
    std::string name_;
    Modes modes_;
};

}  // namespace mirrorseed::sync
