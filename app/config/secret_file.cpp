#include "app/config/secret_file.hpp"

#include "core/system/folder.hpp"
#include "core/units.hpp"

namespace mirrorseed::app {
namespace {

constexpr Bytes longest_file = 65536;

}  // namespace

Result<std::string> read_secret(const std::string& file) {
    if (file.empty()) return std::string();
    const auto text = read_file(file, longest_file);
    if (!text) return text.error();
    return secret_in(*text);
}

std::string secret_in(const std::string& text) {
    return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace mirrorseed::app
