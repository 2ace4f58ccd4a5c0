#include "sync/xml_reader.hpp"

#include "core/text.hpp"

#include <expat.h>

#include <algorithm>
#include <optional>

namespace mirrorseed::sync {
namespace {

constexpr int most_depth = 100;
constexpr std::size_t most_text = 1 << 20;
// A tag or a comment that has not ended yet is held by expat, however long it is.
constexpr std::size_t longest_without_news = 4 << 20;
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
    explicit Parser(Handlers wanted) : handlers(std::move(wanted)), expat(XML_ParserCreate(nullptr)) {
        if (!expat) throw std::bad_alloc();
        XML_SetUserData(expat.get(), this);
        XML_SetElementHandler(expat.get(), begin, end);
        XML_SetCharacterDataHandler(expat.get(), characters);
        XML_SetCommentHandler(expat.get(), comment);
        XML_SetProcessingInstructionHandler(expat.get(), instruction);
        XML_SetStartDoctypeDeclHandler(expat.get(), doctype);
    }

    void stop(Error error) {
        if (!fault) fault = std::move(error);
        XML_StopParser(expat.get(), XML_FALSE);
    }

    Error trouble(const std::string& what) const {
        return Error(Fault::bad_input,
                     "line " + std::to_string(XML_GetCurrentLineNumber(expat.get())) + ": " + what);
    }

    // What a handler said, with where.
    Status placed(const Status& done) const {
        if (done) return done;
        return done.error().within("line " + std::to_string(XML_GetCurrentLineNumber(expat.get())));
    }

    Status feed(ByteSpan bytes, bool is_final) {
        if (fault) return *fault;
        without_news += bytes.size();
        const auto done = XML_Parse(expat.get(), reinterpret_cast<const char*>(bytes.data()),
                                    static_cast<int>(bytes.size()), is_final ? XML_TRUE : XML_FALSE);
        if (done == XML_STATUS_OK && without_news <= longest_without_news) return {};
        if (!fault && done == XML_STATUS_OK) fault = trouble("a tag or a comment without end");
        if (!fault) fault = trouble(std::string("no XML: ") + XML_ErrorString(XML_GetErrorCode(expat.get())));
        return *fault;
    }

    // Nothing may be thrown through expat.
    template <class Call>
    void guarded(const Call& call) noexcept {
        without_news = 0;
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
            parser.told.clear();
            for (; *attributes != nullptr; attributes += 2)
                parser.told.emplace_back(without_prefix(attributes[0]), attributes[1]);
            return parser.placed(parser.handlers.begin(without_prefix(name), parser.depth, parser.told));
        });
    }

    static void end(void* self, const char* name) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status {
            const auto done =
                parser.handlers.end
                    ? parser.placed(parser.handlers.end(without_prefix(name), parser.depth, parser.text))
                    : Status();
            --parser.depth;
            parser.text.clear();
            return done;
        });
    }

    static void characters(void* self, const char* text, int length) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status {
            parser.text.append(text, static_cast<std::size_t>(length));
            return parser.text.size() > most_text ? parser.trouble("a text without end") : Status();
        });
    }

    static void comment(void* self, const char*) {
        static_cast<Parser*>(self)->guarded([] { return Status(); });
    }

    static void instruction(void* self, const char*, const char*) {
        static_cast<Parser*>(self)->guarded([] { return Status(); });
    }

    // No metadata has one, and what it declares may grow without end.
    static void doctype(void* self, const char*, const char*, const char*, int) {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&]() -> Status { return parser.trouble("it declares a document type"); });
    }

    Handlers handlers;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Freed> expat;
    std::optional<Error> fault;
    std::string text;
    Attributes told;               // of the element that begins
    std::size_t without_news = 0;  // bytes since expat told something
    int depth = -1;                // nothing has begun
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
    return found == attributes.end() ? std::string_view() : found->second;
}

}  // namespace mirrorseed::sync
