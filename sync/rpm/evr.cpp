#include "sync/rpm/evr.hpp"

#include "core/whole_number.hpp"

namespace mirrorseed::sync::rpm {
namespace {

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool counts(char c) noexcept {
    return is_digit(c) || is_letter(c) || c == '~' || c == '^';
}

void skip_separators(std::string_view& text) noexcept {
    while (!text.empty() && !counts(text.front()))
        text.remove_prefix(1);
}

template <class Is>
std::string_view take(std::string_view& text, Is is) {
    std::size_t length = 0;
    while (length < text.size() && is(text[length]))
        ++length;
    const auto taken = text.substr(0, length);
    text.remove_prefix(length);
    return taken;
}

std::string_view without_zeros(std::string_view number) noexcept {
    while (!number.empty() && number.front() == '0')
        number.remove_prefix(1);
    return number;
}

std::weak_ordering compare_numbers(std::string_view one, std::string_view other) {
    one = without_zeros(one);
    other = without_zeros(other);
    if (one.size() != other.size()) return one.size() <=> other.size();
    return one.compare(other) <=> 0;
}

bool begins(std::string_view text, char with) noexcept {
    return !text.empty() && text.front() == with;
}

}  // namespace

std::weak_ordering compare_parts(std::string_view one, std::string_view other) {
    for (;;) {
        skip_separators(one);
        skip_separators(other);
        if (begins(one, '~') || begins(other, '~')) {
            if (!begins(one, '~')) return std::weak_ordering::greater;
            if (!begins(other, '~')) return std::weak_ordering::less;
        } else if (begins(one, '^') || begins(other, '^')) {
            if (one.empty()) return std::weak_ordering::less;
            if (other.empty()) return std::weak_ordering::greater;
            if (!begins(one, '^')) return std::weak_ordering::greater;
            if (!begins(other, '^')) return std::weak_ordering::less;
        } else {
            if (one.empty() || other.empty()) return one.size() <=> other.size();
            const bool by_number = is_digit(one.front());
            // A number is newer than letters.
            if (by_number != is_digit(other.front()))
                return by_number ? std::weak_ordering::greater : std::weak_ordering::less;
            const auto order =
                by_number ? compare_numbers(take(one, is_digit), take(other, is_digit))
                          : std::weak_ordering(take(one, is_letter).compare(take(other, is_letter)) <=> 0);
            if (order != 0) return order;
            continue;
        }
        one.remove_prefix(1);
        other.remove_prefix(1);
    }
}

std::weak_ordering compare(const Evr& one, const Evr& other) {
    auto order = compare_numbers(one.epoch, other.epoch);
    if (order == 0) order = compare_parts(one.version, other.version);
    if (order == 0) order = compare_parts(one.release, other.release);
    return order;
}

}  // namespace mirrorseed::sync::rpm
