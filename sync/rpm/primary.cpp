#include "sync/rpm/primary.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/rpm/checksum_words.hpp"

#include <optional>

namespace mirrorseed::sync::rpm {

struct PrimaryReader::State {
    explicit State(std::function<Status(Package&&)> see)
        : seen(std::move(see)),
          xml({.begin = [this](auto name, const auto& attributes) { return begin(name, attributes); },
               .end = [this](auto name, auto text) { return end(name, text); }}) {}

    Status begin(std::string_view name, const XmlReader::Attributes& attributes) {
        if (!is_begun) {
            is_begun = true;
            return name == "metadata" ? Status() : Error(Fault::bad_input, "it is no primary index");
        }
        ++depth;
        if (name == "package" && depth == 1) {
            package.emplace();
            has_sum = false;
        }
        // What a package provides or requires has names and versions too.
        if (!package || depth != 2) return {};
        if (name == "version")
            package->evr = {.epoch = std::string(attribute(attributes, "epoch")),
                            .version = std::string(attribute(attributes, "ver")),
                            .release = std::string(attribute(attributes, "rel"))};
        if (name == "checksum") sum_type = attribute(attributes, "type");
        if (name == "size") return take_size(attribute(attributes, "package"));
        return name == "location" ? take_location(attributes) : Status();
    }

    Status end(std::string_view name, std::string_view text) {
        if (!is_begun || depth == 0) return {};
        const auto at = depth--;
        if (!package) return {};
        if (at == 1) return take_package();
        if (at != 2) return {};
        if (name == "name") package->name = trimmed(text);
        if (name == "arch") package->architecture = trimmed(text);
        return name == "checksum" ? take_sum(text) : Status();
    }

    Status take_size(std::string_view text) {
        const auto size = whole_number<Bytes>(text);
        if (!size) return fault(in_quotes(text) + " is no size");
        package->size = *size;
        return {};
    }

    Status take_location(const XmlReader::Attributes& attributes) {
        const auto href = attribute(attributes, "href");
        if (!attribute(attributes, "base").empty()) return fault("it lies at another place");
        auto path = RelPath::parse(href);
        if (!path || path->is_root()) return fault(in_quotes(href) + " is a path outside of the repository");
        package->path = std::move(*path);
        return {};
    }

    Status take_sum(std::string_view text) {
        const auto sum = parse_sum(sum_type, text);
        if (!sum) return fault(sum.error().text());
        package->sum = *sum;
        has_sum = true;
        return {};
    }

    Status take_package() {
        if (package->name.empty()) return fault("it has no name");
        if (package->path.is_root() || !has_sum) return fault("it has no place or no sum");
        auto whole = std::move(*package);
        package.reset();
        return seen(std::move(whole));
    }

    Error fault(const std::string& what) const {
        return Error(Fault::bad_input, "the package " + in_quotes(package->name) + ": " + what);
    }

    std::function<Status(Package&&)> seen;
    std::optional<Package> package;
    std::string sum_type;
    bool is_begun = false, has_sum = false;
    int depth = 0;  // below the first element
    XmlReader xml;
};

PrimaryReader::PrimaryReader(std::function<Status(Package&&)> seen)
    : state_(std::make_unique<State>(std::move(seen))) {}

PrimaryReader::~PrimaryReader() = default;

Status PrimaryReader::read(ByteSpan bytes) {
    return state_->xml.read(bytes);
}

Status PrimaryReader::finish() {
    const auto ended = state_->xml.finish();
    if (!ended || state_->is_begun) return ended;
    return Error(Fault::bad_input, "it is no primary index");
}

}  // namespace mirrorseed::sync::rpm
