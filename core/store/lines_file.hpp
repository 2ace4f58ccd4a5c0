// A file of compressed lines that has another name until it is whole.
#pragma once

#include "core/digest.hpp"
#include "core/store/zstd.hpp"
#include "core/system/folder.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed {

class LinesFile {
public:
    static constexpr const char* unfinished = ".new";

    // The folder outlives it.
    static Result<LinesFile> create(const Folder& folder, const RelPath& name, std::uint32_t mode);

    // Where the next line is appended, with its line feed; then added() is called.
    std::string& pending() { return pending_; }
    Status added();

    // Synced, and under its own name; that survives a power loss when the folder was synced too.
    Status finish();
    void discard() { (void)folder_->remove_file(fresh_).has_value(); }
    std::uint64_t count() const { return count_; }
    // Of the lines, after finish().
    Digest digest() { return hash_.finish(); }

private:
    LinesFile(const Folder& folder, RelPath name, RelPath fresh, Descriptor file);
    Status flush();

    const Folder* folder_;
    RelPath name_, fresh_;
    std::unique_ptr<Descriptor> file_;
    std::unique_ptr<ZstdWriter> writer_;
    std::string pending_;
    Sha256 hash_;
    std::uint64_t count_ = 0;
};

}  // namespace mirrorseed
