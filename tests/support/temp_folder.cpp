#include "tests/support/temp_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace mirrorseed::test {
namespace fs = std::filesystem;

TempFolder::TempFolder() : TempFolder(fs::temp_directory_path().string()) {}

TempFolder TempFolder::in_memory() {
    const char* memory = "/dev/shm";
    return TempFolder(::access(memory, W_OK | X_OK) == 0 ? memory : fs::temp_directory_path().string());
}

TempFolder::TempFolder(const std::string& place) {
    auto pattern = place + "/mirrorseed-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void TempFolder::write(std::string_view name, std::string_view content, long time) const {
    const fs::path file = at(name);
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    if (time == 0) return;
    const timespec times[2] = {{time, 0}, {time, 0}};
    ::utimensat(AT_FDCWD, file.c_str(), times, 0);
}

void TempFolder::link(std::string_view name, std::string_view target) const {
    const fs::path file = at(name);
    fs::create_directories(file.parent_path());
    fs::create_symlink(target, file);
}

void TempFolder::mode(std::string_view name, unsigned bits) const {
    ::chmod(at(name).c_str(), bits);
}

void TempFolder::remove(std::string_view name) const {
    fs::remove_all(at(name));
}

std::string TempFolder::read(std::string_view name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool TempFolder::has(std::string_view name) const {
    return fs::exists(fs::symlink_status(at(name)));
}

}  // namespace mirrorseed::test
