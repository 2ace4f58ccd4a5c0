#include "core/version_order.hpp"

#include <algorithm>

namespace mirrorseed {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Cuts the number off that the text begins with, without its leading zeros.
std::string_view take_number(std::string_view& text) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    auto number = text.substr(0, end);
    text.remove_prefix(end);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

std::strong_ordering compare_numbers(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return one.size() <=> other.size();
    return one.compare(other) <=> 0;
}

}  // namespace

std::string thing_of(std::string_view name) {
    std::string thing;
    while (!name.empty()) {
        const bool is_number = is_digit(name.front());
        thing += is_number ? '0' : name.front();
        if (is_number)
            take_number(name);
        else
            name.remove_prefix(1);
    }
    return thing;
}

std::strong_ordering compare_versions(std::string_view one, std::string_view other) {
    const auto whole_one = one, whole_other = other;
    while (!one.empty() && !other.empty()) {
        if (is_digit(one.front()) && is_digit(other.front())) {
            const auto order = compare_numbers(take_number(one), take_number(other));
            if (order != std::strong_ordering::equal) return order;
            continue;
        }
        if (one.front() != other.front())
            return static_cast<unsigned char>(one.front()) <=> static_cast<unsigned char>(other.front());
        one.remove_prefix(1);
        other.remove_prefix(1);
    }
    if (one.size() != other.size()) return one.size() <=> other.size();
    return whole_one.compare(whole_other) <=> 0;
}

}  // namespace mirrorseed
