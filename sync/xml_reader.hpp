// The door to expat: XML as a stream, of bounded depth and length, and without document types.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed::sync {

class XmlReader {
public:
    // Names without the prefix of their namespace; each call may end the reading by answering an error.
    using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;
    // `depth`: 0 for the element around all others.
    struct Handlers {
        std::function<Status(std::string_view name, int depth, const Attributes& attributes)> begin{};
        // `text`: what stands between its begin and its end, where nothing else does.
        std::function<Status(std::string_view name, int depth, std::string_view text)> end{};
    };

    explicit XmlReader(Handlers handlers);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    // Fault::bad_input, with the line, for what is no XML, is deeper or longer than any metadata, or declares
    // a document type.
    Status read(ByteSpan bytes);
    Status finish();

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

// Empty where there is none.
std::string_view attribute(const XmlReader::Attributes& attributes, std::string_view name);

}  // namespace mirrorseed::sync
