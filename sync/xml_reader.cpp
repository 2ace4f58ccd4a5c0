#include "sync/xml_reader.hpp"

#include "core/text.hpp"

#include <expat.h>

#include <algorithm>
#include <optional>

namespace mirrorseed::sync {
namespace {

constexpr int most_depth = 100;
constexpr std::size_t most_text = 16 << 20;
// expat takes an int.
constexpr std::size_t most_at_once = 1 << 20;

std::string_view without_prefix(std::string_view name) {
    const auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct Freed {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

}  // namespace

struct XmlReader::Parser {
    explicit Parser(Handlers wanted)
        : handlers(std::move(wanted)), expat(XML_ParserCreate(nullptr)) {
        if (!expat) throw std::bad_alloc();
        XML_SetUserData(expat.get(), this);
        XML_SetElementHandler(expat.get(), begin, end);
        XML_SetCharacterDataHandler(expat.get(), characters);
        XML_SetEntityDeclHandler(expat.get(), entity);
    }

    void stop(Error error) {
        if (!fault) fault = std::move(error);
        XML_StopParser(expat.get(), XML_FALSE);
    }

    Error trouble(const std::string& what) const {
        return Error(Fault::bad_input, "line " + std::to_string(XML_GetCurrentLineNumber(expat.get())) + ": " + what);
    }

    Status feed(ByteSpan bytes, bool is_final) {
        if (fault) return *fault;
        const auto done = XML_Parse(expat.get(), reinterpret_cast<const char*>(bytes.data()),
                                    static_cast<int>(bytes.size()), is_final ? XML_TRUE : XML_FALSE);
        if (done == XML_STATUS_OK) return {};
        if (!fault) fault = trouble(std::string("no XML: ") + XML_ErrorString(XML_GetErrorCode(expat.get())));
        return *fault;
    }

    // Nothing may be thrown through expat.
    template <class Call>
    void guarded(const Call& call) noexcept {
        if (fault) return;
        try {
            const auto done = call();
            if (!done) stop(done.error());
        } catch (const std::exception& failure) {
            stop(Error(Fault::failed, failure.what()));
        }
    }

    static void begin(void* self, const char* name, const char** attributes) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status {
            if (++parser.depth > most_depth) return parser.trouble("it goes too deep");
            parser.text.clear();
            if (!parser.handlers.begin) return {};
            Attributes told;
            for (; *attributes != nullptr; attributes += 2)
                told.emplace_back(without_prefix(attributes[0]), attributes[1]);
            const auto done = parser.handlers.begin(without_prefix(name), told);
            return done ? done : parser.trouble(done.error().text());
        });
    }

    static void end(void* self, const char* name) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status {
            --parser.depth;
            const auto text = std::exchange(parser.text, {});
            const auto done = parser.handlers.end ? parser.handlers.end(without_prefix(name), text) : Status();
            return done ? done : parser.trouble(done.error().text());
        });
    }

    static void characters(void* self, const char* text, int length) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status {
            parser.text.append(text, static_cast<std::size_t>(length));
            return parser.text.size() > most_text ? parser.trouble("a text without end") : Status();
        });
    }

    static void entity(void* self, const char*, int, const char*, int, const char*, const char*, const char*,
                       const char*) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status { return parser.trouble("it declares an entity"); });
    }

    Handlers handlers;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Freed> expat;
    std::optional<Error> fault;
    std::string text;
    int depth = 0;
};

XmlReader::XmlReader(Handlers handlers) : parser_(std::make_unique<Parser>(std::move(handlers))) {}

XmlReader::~XmlReader() = default;

Status XmlReader::read(ByteSpan bytes) {
    while (!bytes.empty()) {
        const auto part = bytes.first(std::min(bytes.size(), most_at_once));
        const auto fed = parser_->feed(part, false);
        if (!fed) return fed;
        bytes = bytes.subspan(part.size());
    }
    return {};
}

Status XmlReader::finish() {
    return parser_->feed({}, true);
}

std::string_view attribute(const XmlReader::Attributes& attributes, std::string_view name) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const auto& item) { return item.first == name; });
    return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace mirrorseed::sync
