// Whatever rsync prints, or a server has it print: without the mark no line tells of a file.

#include "sync/rsync/rsync_output.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mirrorseed;
using What = sync::RsyncSaid::What;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string line(reinterpret_cast<const char*>(data), size);
    const auto forged = sync::parse_rsync_output(line, "0123456789abcdef");
    const bool is_marked = line.starts_with("=0123456789abcdef ");
    if (!is_marked && (!forged || forged->what == What::file || forged->what == What::folder)) std::abort();
    const auto said = sync::parse_rsync_output("=m " + line, "m");
    if (!said) return 0;
    if (said->what != What::file && said->what != What::folder) std::abort();
    if (said->name.empty() || said->name.ends_with('/') != (said->what == What::folder)) std::abort();
    return 0;
}
