// Whatever stands in a config file, reading it ends and every fault can be shown.
#include "app/config/config_reader.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::app;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loaded = read_config(text, "fuzz.toml", [](const std::string& name) {
        return name.size() > 1 ? std::optional<std::string>(name) : std::nullopt;
    });
    for (const auto& fault : loaded.faults)
        if (format_fault(fault).find('\n') != std::string::npos) std::abort();
    return 0;
}
