// Whatever target is asked for: its path stays inside, means the same when it is spelled out and read again,
// and what hangs on path and query fails for none.

#include "httpd/likes.hpp"
#include "httpd/listing_page.hpp"
#include "httpd/published/seed_path.hpp"
#include "httpd/request_target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::httpd;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = parse_target(text);
    if (parsed.status != 0) return 0;
    const auto& target = parsed.target;
    const auto around = "/" + target.path.str() + "/";
    for (const std::string_view part : {"/../", "/./", "//"})
        if (!target.path.is_root() && around.find(part) != around.npos) std::abort();
    if (around.find('\0') != around.npos) std::abort();

    const auto again = parse_target(target.url());
    if (again.status != 0 || again.target.path != target.path || again.target.folder != target.folder)
        std::abort();

    choose_listing_order(target);
    choose_listing_form(target, likes_of({.type = text, .coding = text}));
    const auto name = target.path.name();
    const auto seed = read_seed_path(target.path, name);
    if (seed.inside && !target.path.str().ends_with(seed.inside->str())) std::abort();
    return 0;
}
