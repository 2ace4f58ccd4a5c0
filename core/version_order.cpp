#include "core/version_order.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <string>

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

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A number behind one of these words tells for which machines something is, whatever its version.
struct OfMachines {
    std::string_view word;
    std::array<std::string_view, 6> numbers;  // as far as they are there
};
constexpr std::array of_machines{OfMachines{"i", {"386", "486", "586", "686"}},
                                 OfMachines{"x", {"86", "64", "32"}},
                                 OfMachines{"amd", {"64", "32"}},
                                 OfMachines{"arm", {"64", "32"}},
                                 OfMachines{"armv", {"4", "5", "6", "7", "8", "9"}},
                                 OfMachines{"aarch", {"64", "32"}},
                                 OfMachines{"ia", {"64", "32"}},
                                 OfMachines{"ppc", {"64", "32"}},
                                 OfMachines{"powerpc", {"64", "32"}},
                                 OfMachines{"mips", {"64", "32"}},
                                 OfMachines{"sparc", {"64", "32"}},
                                 OfMachines{"riscv", {"64", "32"}},
                                 OfMachines{"loongarch", {"64", "32"}},
                                 OfMachines{"win", {"64", "32"}},
                                 OfMachines{"efi", {"64", "32"}},
                                 OfMachines{"rpi", {"0", "1", "2", "3", "4", "5"}},
                                 OfMachines{"raspi", {"0", "1", "2", "3", "4", "5"}}};
// One behind these tells which disc of several it is.
constexpr std::array<std::string_view, 10> discs{"cd",   "dvd", "bd",    "dlbd", "disc",
                                                 "disk", "gb",  "media", "part", "d"};

bool is_for_machines(std::string_view word, std::string_view number, std::string_view behind) {
    if (behind.starts_with("bit") && (number == "64" || number == "32")) return true;
    return std::ranges::any_of(of_machines, [&](const OfMachines& machines) {
        return machines.word == word && std::ranges::find(machines.numbers, number) != machines.numbers.end();
    });
}

// "1of7"
bool is_one_of_several(std::string_view number, std::string_view behind) {
    return number.size() <= 2 && behind.size() > 2 && behind.starts_with("of") && is_digit(behind[2]);
}

// "DVD-1.iso", "disc2.iso", "cd1of3" and "CD1-x86_64", and neither "DVD-2009.iso" nor "dvd-12.5.iso", nor
// "dvd-12-x86_64.iso": there the number that is set off is more often a release's.
bool is_of_disc(std::string_view word, bool is_set_off, std::string_view number, std::string_view behind) {
    if (number.size() > 2 || std::ranges::find(discs, word) == discs.end()) return false;
    if (behind.empty() || behind.starts_with("of") || behind.starts_with("-of-")) return true;
    if (behind.size() < 2 || !is_letter(behind[1])) return false;
    return behind[0] == '.' || (!is_set_off && (behind[0] == '-' || behind[0] == '_'));
}

// The word that the text ends with.
std::string_view last_word(std::string_view text) {
    auto begin = text.size();
    while (begin > 0 && is_letter(text[begin - 1]))
        --begin;
    return text.substr(begin);
}

// Whether the number at [begin, end) of a name in small letters says what it is of, and not which version.
bool is_of_the_thing(std::string_view name, std::size_t begin, std::size_t end) {
    auto before = name.substr(0, begin);
    const auto number = name.substr(begin, end - begin), behind = name.substr(end);
    if (is_for_machines(last_word(before), number, behind) || is_one_of_several(number, behind)) return true;
    const bool is_set_off = before.ends_with('-') || before.ends_with('_');
    if (is_set_off) before.remove_suffix(1);
    // Debian's "raspi_3".
    const bool goes_on = behind.size() > 1 && behind[0] == '.' && is_digit(behind[1]);
    if (is_set_off && name[begin - 1] == '_' && last_word(before) == "raspi" && !goes_on)
        return is_for_machines("raspi", number, behind);
    return is_of_disc(last_word(before), is_set_off, number, behind);
}

}  // namespace

std::string thing_of(std::string_view name) {
    const auto low = lowered(name);
    std::string thing;
    for (std::size_t at = 0; at < name.size();) {
        if (!is_digit(name[at])) {
            thing += name[at++];
            continue;
        }
        auto rest = name.substr(at);
        take_number(rest);
        const auto end = name.size() - rest.size();
        thing += is_of_the_thing(low, at, end) ? name.substr(at, end - at) : std::string_view("0");
        at = end;
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
