// Whatever stands behind a question mark: what is taken for an announce or a scrape keeps to its bounds.

#include "httpd/tracker/queries.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::httpd::tracker;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto announce = parse_announce_query(text);
    if (announce.fault.empty() && (announce.announce.port == 0 || announce.announce.wanted > most_wanted))
        std::abort();
    static ScrapeQuery scrape;
    parse_scrape_query(text, scrape);
    if (scrape.count > most_scraped || (scrape.fault.empty() && scrape.count == 0)) std::abort();
    if (tracker_target(text) != Target::none && query_of(text).size() >= size) std::abort();
    return 0;
}
