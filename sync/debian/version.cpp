#include "sync/debian/version.hpp"

#include <utility>

namespace mirrorseed::sync::debian {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A tilde comes before the end, the end before letters, those before all else.
int rank(std::string_view text) noexcept {
    if (text.empty() || is_digit(text.front())) return 0;
    const auto c = text.front();
    if (c == '~') return -1;
    const int value = static_cast<unsigned char>(c);
    return is_letter(c) ? value : value + 256;
}

std::string_view take_number(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length]))
        ++length;
    auto number = text.substr(0, length);
    text.remove_prefix(length);
    while (!number.empty() && number.front() == '0')
        number.remove_prefix(1);
    return number;
}

std::weak_ordering compare_numbers(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return one.size() <=> other.size();
    return one.compare(other) <=> 0;
}

std::weak_ordering compare_parts(std::string_view one, std::string_view other) {
    while (!one.empty() || !other.empty()) {
        while (rank(one) != 0 || rank(other) != 0) {
            if (rank(one) != rank(other)) return rank(one) <=> rank(other);
            one.remove_prefix(1);
            other.remove_prefix(1);
        }
        const auto order = compare_numbers(take_number(one), take_number(other));
        if (order != 0) return order;
    }
    return std::weak_ordering::equivalent;
}

struct Version {
    std::string_view epoch, upstream, revision;
};

Version parts_of(std::string_view text) {
    Version version;
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
        version.epoch = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    const auto dash = text.rfind('-');
    version.upstream = text.substr(0, dash);
    if (dash != std::string_view::npos) version.revision = text.substr(dash + 1);
    return version;
}

}  // namespace

std::weak_ordering compare_versions(std::string_view one, std::string_view other) {
    const auto a = parts_of(one), b = parts_of(other);
    auto order = compare_parts(a.epoch, b.epoch);
    if (order == 0) order = compare_parts(a.upstream, b.upstream);
    if (order == 0) order = compare_parts(a.revision, b.revision);
    return order;
}

}  // namespace mirrorseed::sync::debian
