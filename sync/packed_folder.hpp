// The entries of one folder in a few dozen bytes each, so that listings of a million files fit in memory.
#pragma once

#include "core/entry.hpp"
#include "sync/sureness.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync {

// A name as an upstream lists it.
struct ListedEntry {
    std::string name{};
    Entry entry{};
    Sureness sureness = Sureness::exact;
    std::string validator{};  // the upstream's own mark of what we have of it, such as an ETag
};

class PackedFolder {
public:
    explicit PackedFolder(RelPath path) : path_(std::move(path)) {}
    void append(const ListedEntry& listed);

    const RelPath& path() const noexcept { return path_; }
    std::size_t size() const noexcept { return rows_.size(); }
    std::string_view name(std::size_t at) const noexcept;
    EntryKind kind(std::size_t at) const noexcept { return rows_[at].kind; }
    Bytes file_size(std::size_t at) const noexcept { return rows_[at].size; }
    std::optional<Digest> digest(std::size_t at) const;
    const std::string& target(std::size_t at) const { return texts_[rows_[at].text]; }  // of a link
    ListedEntry at(std::size_t at) const;
    // Where the name is, once the folder is sorted.
    std::optional<std::size_t> find(std::string_view name) const;

    // The names in order, and no room for more.
    void sort();
    void set_mode(std::size_t at, std::uint32_t mode) { rows_[at].mode = static_cast<std::uint16_t>(mode); }
    FileTime mtime(std::size_t at) const noexcept { return rows_[at].mtime; }
    void set_mtime(std::size_t at, FileTime mtime) { rows_[at].mtime = mtime; }
    void set_hidden(std::size_t at, bool hidden) { rows_[at].hidden = hidden; }
    bool hidden(std::size_t at) const noexcept { return rows_[at].hidden; }
    std::uint32_t mode(std::size_t at) const noexcept { return rows_[at].mode; }
    void set_digest(std::size_t at, const Digest& digest);
    // The file turned out to be exactly this.
    void correct(std::size_t at, const Entry& entry);
    void erase_if(const std::function<bool(std::size_t)>& unwanted);

    // Does somebody vouch for this being all that the upstream has there?
    bool is_whole() const noexcept { return is_whole_; }
    void set_whole(bool whole) noexcept { is_whole_ = whole; }

private:
    static constexpr std::uint32_t none = 0xffffffff;
    struct Row {
        Bytes size;
        FileTime mtime;
        std::uint32_t name;    // where it begins in names_
        std::uint32_t digest;  // in digests_
        std::uint32_t text;    // in texts_: a link's target, or a file's validator
        std::uint16_t mode;
        std::uint8_t name_length;
        EntryKind kind : 2;
        Sure size_sure : 2, time_sure : 2;
        bool hidden : 1;
    };

public:
    static constexpr std::size_t row_size = sizeof(Row);  // what an entry costs beside its name

private:
    RelPath path_;
    std::string names_;
    std::vector<Row> rows_;
    std::vector<Digest> digests_;
    std::vector<std::string> texts_;
    bool is_whole_ = false;
};

}  // namespace mirrorseed::sync
