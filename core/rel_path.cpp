#include "core/rel_path.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed {
namespace {

constexpr std::size_t longest_part = 255;
constexpr std::size_t longest_path = 4095;

bool stays_inside(std::string_view part) {
    return !part.empty() && part != "." && part != ".." && part.size() <= longest_part &&
           part.find('\0') == std::string_view::npos;
}

Error unsafe_path(std::string_view part) {
    if (part.size() > longest_part)
        return {Fault::unsafe_path, "path part of " + std::to_string(part.size()) + " bytes is too long"};
    return {Fault::unsafe_path, "unsafe path part \"" + escape_text(part) + "\""};
}

}  // namespace

Result<RelPath> RelPath::parse(std::string_view text) {
    if (text.empty()) return RelPath();
    if (text.size() > longest_path)
        return Error(Fault::unsafe_path, "path of " + std::to_string(text.size()) + " bytes is too long");

    // One step past the end is on purpose: "a/" has an empty last part.
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('/', begin), text.size());
        const auto part = text.substr(begin, end - begin);
        if (!stays_inside(part)) return unsafe_path(part);
        begin = end + 1;
    }
    return RelPath(std::string(text));
}

Result<RelPath> RelPath::parse_name(std::string_view name) {
    if (name.find('/') != std::string_view::npos || !stays_inside(name)) return unsafe_path(name);
    return RelPath(std::string(name));
}

std::string_view RelPath::name() const noexcept {
    const auto slash = text_.rfind('/');
    return slash == std::string::npos ? std::string_view(text_) : std::string_view(text_).substr(slash + 1);
}

RelPath RelPath::parent() const {
    const auto slash = text_.rfind('/');
    return slash == std::string::npos ? RelPath() : RelPath(text_.substr(0, slash));
}

RelPath RelPath::operator/(const RelPath& below) const {
    if (is_root()) return below;
    if (below.is_root()) return *this;
    std::string joined;
    joined.reserve(text_.size() + 1 + below.text_.size());
    joined.append(text_).append(1, '/').append(below.text_);
    return RelPath(std::move(joined));
}

bool RelPath::is_within(const RelPath& folder) const noexcept {
    if (folder.is_root()) return true;
    return text_.starts_with(folder.text_) &&
           (text_.size() == folder.text_.size() || text_[folder.text_.size()] == '/');
}

}  // namespace mirrorseed
