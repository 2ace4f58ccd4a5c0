// Whatever a URL says: what becomes an argument of rsync is one place and no option, and reads back as itself
// without the password.

#include "sync/rsync/rsync_url.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using mirrorseed::sync::RsyncUrl;
    for (const auto* before : {"", "rsync://", "rsync://host/module/", "rsync://user:secret@"}) {
        const auto url = RsyncUrl::parse(before + std::string(reinterpret_cast<const char*>(data), size));
        if (!url) continue;
        const auto argument = url->argument();
        if (url->host.starts_with('-') || url->path.starts_with('-') || url->path.starts_with('/'))
            std::abort();
        if (argument.find_first_of("*?\\\n") != std::string::npos) std::abort();
        if (argument != url->module_argument() + url->below_module()) std::abort();
        if (("/" + url->path).find("/../") != std::string::npos) std::abort();
        const auto again = RsyncUrl::parse(argument);
        if (!again || again->argument() != argument || again->user != url->user || !again->password.empty())
            std::abort();
        const auto shown = RsyncUrl::parse(url->shown());
        if (!shown || !shown->user.empty() || shown->path != url->path) std::abort();
    }
    return 0;
}
