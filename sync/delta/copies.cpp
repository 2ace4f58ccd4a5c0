#include "sync/delta/copies.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mirrorseed::sync {
namespace {

constexpr std::string_view magic{"rs\x02\x36", 4};
constexpr std::uint8_t end = 0, last_short_literal = 64, first_copy = 0x45, last_copy = 0x54;
constexpr std::array<std::size_t, 4> widths{1, 2, 4, 8};

bool is_literal(std::uint8_t command) {
    return command > end && command < first_copy;
}
std::size_t width_of_place(std::uint8_t command) {
    return widths[static_cast<std::size_t>(command - first_copy) / 4];
}
std::size_t width_of_length(std::uint8_t command) {
    return widths[static_cast<std::size_t>(command - first_copy) % 4];
}

Bytes number(std::string_view bytes) {
    Bytes value = 0;
    for (const char c : bytes)
        value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
}

Error bad() {
    return {Fault::bad_input, "librsync's delta has a command that is not known"};
}

}  // namespace

std::size_t CopyReader::length_of(std::uint8_t command) {
    if (command <= last_short_literal) return 1;
    if (command < first_copy) return 1 + widths[static_cast<std::size_t>(command - last_short_literal - 1)];
    return command <= last_copy ? 1 + width_of_place(command) + width_of_length(command) : 0;
}

Status CopyReader::obey() {
    const auto command = static_cast<std::uint8_t>(command_.front());
    const auto operands = std::string_view(command_).substr(1);
    if (command == end) {
        is_at_end_ = true;
    } else if (is_literal(command)) {
        literal_left_ = command <= last_short_literal ? command : number(operands);
        at_ += literal_left_;
    } else {
        const auto width = width_of_place(command);
        const Copied copied{number(operands.substr(0, width)), number(operands.substr(width)), at_};
        at_ += copied.size;
        found_(copied);
    }
    command_.clear();
    return {};
}

Status CopyReader::take(ByteSpan delta) {
    while (!delta.empty()) {
        if (literal_left_ > 0) {
            const auto passed = std::min<Bytes>(literal_left_, delta.size());
            literal_left_ -= passed;
            delta = delta.subspan(static_cast<std::size_t>(passed));
            continue;
        }
        if (is_at_end_) return bad();
        command_ += static_cast<char>(delta.front());
        delta = delta.subspan(1);
        if (!has_magic_) {
            if (command_ != magic.substr(0, command_.size())) return bad();
            has_magic_ = command_ == magic;
            if (has_magic_) command_.clear();
            continue;
        }
        const auto length = length_of(static_cast<std::uint8_t>(command_.front()));
        if (length == 0) return bad();
        if (command_.size() < length) continue;
        const auto obeyed = obey();
        if (!obeyed) return obeyed;
    }
    return {};
}

}  // namespace mirrorseed::sync
