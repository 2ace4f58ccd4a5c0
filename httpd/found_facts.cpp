#include "httpd/found_facts.hpp"

#include "httpd/media_type.hpp"

#include <utility>

namespace mirrorseed::httpd {

ContentFacts facts_of_content(const Digest& digest, Bytes size, std::string_view name) {
    ContentFacts facts;
    facts.size = size;
    facts.etag = strong_etag(digest.hex());
    facts.digest = digest;
    facts.media_type = media_type_of(name);
    return facts;
}

TextFound text_found(std::string text, std::string_view media_type) {
    TextFound found;
    found.text = std::move(text);
    found.facts.media_type = media_type;
    return found;
}

std::string strong_etag(std::string_view opaque) {
    return "\"" + std::string(opaque) + "\"";
}

// A name with a line end or a backslash is escaped, and the line says so.
std::string checksum_line(const Digest& digest, std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == '\\')
            escaped += "\\\\";
        else if (c == '\n')
            escaped += "\\n";
        else if (c == '\r')
            escaped += "\\r";
        else
            escaped += c;
    }
    return (escaped == name ? "" : "\\") + digest.hex() + "  " + escaped + "\n";
}

}  // namespace mirrorseed::httpd
