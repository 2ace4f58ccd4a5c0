#include "sync/rpm/primary.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/rpm/checksum_words.hpp"
#include "sync/rpm/repo_path.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace mirrorseed::sync::rpm {
namespace {

// A file's name has them all.
constexpr std::size_t longest_word = 255;

// It becomes a part of a name that people read.
bool is_architecture(std::string_view text) {
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_plain);
}

bool is_short(const Package& package) {
    const auto& [epoch, version, release] = package.evr;
    return std::max({package.name.size(), package.architecture.size(), epoch.size(), version.size(),
                     release.size()}) <= longest_word;
}

}  // namespace

struct PrimaryReader::State {
    explicit State(std::function<Status(Package&&)> see)
        : seen(std::move(see)),
          xml({.begin = [this](auto name, int depth,
                               const auto& attributes) { return begin(name, depth, attributes); },
               .end = [this](auto name, int depth, auto text) { return end(name, depth, text); }}) {}

    Status begin(std::string_view name, int depth, const XmlReader::Attributes& attributes) {
        if (depth == 0 && name != "metadata") return Error(Fault::bad_input, "it is no primary index");
        if (depth == 1 && name == "package") {
            package.emplace();
            has_sum = has_size = false;
        }
        // Further in, what a package provides or requires has names and versions too.
        if (depth != 2 || !package) return {};
        if (name == "version")
            package->evr = {.epoch = std::string(attribute(attributes, "epoch")),
                            .version = std::string(attribute(attributes, "ver")),
                            .release = std::string(attribute(attributes, "rel"))};
        if (name == "checksum") sum_type = attribute(attributes, "type");
        if (name == "size") return take_size(attribute(attributes, "package"));
        return name == "location" ? take_location(attributes) : Status();
    }

    Status end(std::string_view name, int depth, std::string_view text) {
        if (!package) return {};
        if (depth == 1) return take_package();
        if (depth != 2) return {};
        if (name == "name") package->name = trimmed(text);
        if (name == "arch") package->architecture = trimmed(text);
        return name == "checksum" ? take_sum(text) : Status();
    }

    Status take_size(std::string_view text) {
        const auto size = whole_number<Bytes>(text);
        if (!size) return fault(in_quotes(text) + " is no size");
        package->size = *size;
        has_size = true;
        return {};
    }

    Status take_location(const XmlReader::Attributes& attributes) {
        const auto href = attribute(attributes, "href");
        if (!attribute(attributes, "base").empty()) return fault("it lies at another place");
        auto path = repo_path(href);
        if (!path) return fault(path.error().text());
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
        if (!is_architecture(package->architecture))
            return fault(in_quotes(package->architecture) + " is no architecture");
        if (!is_short(*package)) return fault("its name or version is too long");
        if (package->path.is_root() || !has_sum || !has_size)
            return fault("it has no place, no size or no sum");
        auto whole = std::move(*package);
        package.reset();
        return seen(std::move(whole));
    }

    Error fault(const std::string& what) const {
        return Error(Fault::bad_input, "the package " + in_quotes(package->name) + ": " + what);
    }

    std::function<Status(Package&&)> seen;
    std::optional<Package> package;  // that has begun
    std::string sum_type;
    bool has_sum = false, has_size = false;
    XmlReader xml;
};

PrimaryReader::PrimaryReader(std::function<Status(Package&&)> seen)
    : state_(std::make_unique<State>(std::move(seen))) {}

PrimaryReader::~PrimaryReader() = default;

Status PrimaryReader::read(ByteSpan bytes) {
    return state_->xml.read(bytes);
}

Status PrimaryReader::finish() {
    return state_->xml.finish();
}

}  // namespace mirrorseed::sync::rpm
