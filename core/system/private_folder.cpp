#include "core/system/private_folder.hpp"

#include <fcntl.h>
#include <stdlib.h>

#include <filesystem>
#include <system_error>

namespace mirrorseed {

Result<PrivateFolder> PrivateFolder::make(std::string_view purpose) {
    std::error_code failed;
    const auto place = std::filesystem::temp_directory_path(failed);
    if (failed) return Error(Fault::failed, "there is no place for temporary files: " + failed.message());
    auto path = (place / ("mirrorseed-" + std::string(purpose) + "-XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr)
        return Error::last_system_error("cannot make a folder in " + place.string());
    return PrivateFolder(std::move(path));
}

PrivateFolder::~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Status PrivateFolder::write(std::string_view name, std::string_view bytes) const {
    const auto path = at(name);
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return Error::last_system_error("cannot make " + path);
    return write_all(file, as_bytes(bytes), path);
}

}  // namespace mirrorseed
