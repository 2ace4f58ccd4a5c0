// A folder among the system's temporary files that only we may enter, and that is gone afterwards.
#pragma once

#include "core/system/folder.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace mirrorseed {

class PrivateFolder {
public:
    // `purpose` becomes part of its name.
    static Result<PrivateFolder> make(std::string_view purpose);
    PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PrivateFolder& operator=(PrivateFolder&&) = delete;
    ~PrivateFolder();

    // A new file in it.
    Status write(std::string_view name, std::string_view bytes) const;
    std::string at(std::string_view name) const { return path_ + "/" + std::string(name); }
    const std::string& path() const noexcept { return path_; }

private:
    explicit PrivateFolder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

}  // namespace mirrorseed
