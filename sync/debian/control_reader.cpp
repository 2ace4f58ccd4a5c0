#include "sync/debian/control_reader.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed::sync::debian {
namespace {

// The longest that are known list the files of a whole suite.
constexpr std::size_t most_of_a_stanza = 32 << 20;  // a Release is one

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

bool is_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

ControlReader::ControlReader(std::vector<std::string_view> wanted, std::function<Status(const Stanza&)> seen)
    : wanted_(std::move(wanted)), seen_(std::move(seen)), field_(wanted_.size()) {
    stanza_.values_.resize(wanted_.size());
    stanza_.is_there_.resize(wanted_.size());
}

Status ControlReader::read(ByteSpan bytes) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (;;) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            rest_ += text;
            return rest_.size() > most_of_a_stanza ? fault("a line without end") : Status();
        }
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        Status taken;
        if (rest_.empty()) {
            taken = take_line(line);
        } else {
            rest_ += line;
            taken = take_line(rest_);
            rest_.clear();
        }
        if (!taken) return taken;
    }
}

Status ControlReader::finish() {
    const auto taken = rest_.empty() ? Status() : take_line(rest_);
    rest_.clear();
    return taken ? end_stanza() : taken;
}

Status ControlReader::take_line(std::string_view line) {
    ++lines_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::all_of(line.begin(), line.end(), is_blank)) return end_stanza();
    if (line.front() == '#') return {};
    if (!is_blank(line.front())) return take_field(line);
    if (!has_fields_) return fault("a line that goes on with nothing");
    if (field_ == wanted_.size()) return {};
    stanza_.values_[field_] += '\n';
    return keep(trimmed(line));
}

Status ControlReader::take_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_name(line.substr(0, colon)))
        return fault(in_quotes(line) + " is no field");
    if (!has_fields_) stanza_.line_ = lines_;
    has_fields_ = true;
    const auto name = lowered(line.substr(0, colon));
    field_ = static_cast<std::size_t>(std::find(wanted_.begin(), wanted_.end(), name) - wanted_.begin());
    if (field_ == wanted_.size()) return {};
    if (stanza_.is_there_[field_]) return fault(in_quotes(name) + " a second time");
    stanza_.is_there_[field_] = true;
    return keep(trimmed(line.substr(colon + 1)));
}

Status ControlReader::keep(std::string_view text) {
    kept_ += text.size() + 1;
    if (kept_ > most_of_a_stanza) return fault("a stanza without end");
    stanza_.values_[field_] += text;
    return {};
}

Status ControlReader::end_stanza() {
    if (!has_fields_) return {};
    const auto seen = seen_(stanza_);
    for (auto& value : stanza_.values_)
        value.clear();
    std::fill(stanza_.is_there_.begin(), stanza_.is_there_.end(), false);
    has_fields_ = false;
    field_ = wanted_.size();
    kept_ = 0;
    return seen;
}

Error ControlReader::fault(const std::string& what) const {
    return Error(Fault::bad_input, "line " + std::to_string(lines_) + ": " + what);
}

}  // namespace mirrorseed::sync::debian
