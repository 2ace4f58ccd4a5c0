#include "app/config/config_values.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mirrorseed::app {
namespace {

constexpr Bytes smallest_piece = 16 << 10;
constexpr Bytes largest_piece = Bytes{128} << 20;  // beyond it libtorrent makes none

// The string, or nothing and a complaint. A NUL would cut short what the system is told.
const std::string* take_string(const Value& value, std::string_view expected, const Complain& complain) {
    const auto* text = value.get<std::string>();
    if (!text) complain_of_type(value, expected, complain);
    if (!text || text->find('\0') == std::string::npos) return text;
    complain(value.at, "a string may not hold a NUL byte");
    return nullptr;
}

// Reads a string through a parser that answers with a Result.
template <class T, class Parser>
void read_parsed(const Value& value, T& out, std::string_view expected, const Complain& complain,
                 Parser parser) {
    const auto* text = take_string(value, expected, complain);
    if (!text) return;
    if (auto parsed = parser(*text))
        out = std::move(*parsed);
    else
        complain(value.at, parsed.error().text());
}

std::optional<std::int64_t> read_number(const Value& value, const Limits& limits, const Complain& complain) {
    const auto* number = value.get<std::int64_t>();
    if (!number) {
        complain_of_type(value, "a whole number", complain);
        return std::nullopt;
    }
    if (*number >= limits.low && *number <= limits.high) return *number;
    complain(value.at, fmt::format("{} is not between {} and {}", *number, limits.low, limits.high));
    return std::nullopt;
}

Result<std::chrono::seconds> parse_time(std::string_view text, const Limits& limits) {
    auto time = parse_duration(text);
    if (time && time->count() < limits.low)
        return Error(Fault::bad_input, fmt::format("\"{}\" is less than {}", escape_text(text.substr(0, 80)),
                                                   exact_duration(std::chrono::seconds(limits.low))));
    return time;
}

Result<sync::DeleteLimit> parse_delete_limit(std::string_view text) {
    if (text.ends_with('%')) {
        const auto percent = whole_number<double>(text.substr(0, text.size() - 1));
        if (percent && *percent >= 0 && *percent <= 100) return sync::DeleteLimit{true, *percent, 0};
    } else if (const auto count = whole_number<std::uint64_t>(text)) {
        return sync::DeleteLimit{false, 0, *count};
    }
    return Error(Fault::bad_input, fmt::format("\"{}\" is neither a share like \"10%\" nor a count like 1000",
                                               escape_text(text.substr(0, 80))));
}

}  // namespace

Result<PieceLength> parse_piece_length(std::string_view text) {
    if (text == "auto") return PieceLength{};
    const auto size = parse_size(text);
    if (!size) return size.error();
    const bool power_of_two = (*size & (*size - 1)) == 0;
    if (power_of_two && *size >= smallest_piece && *size <= largest_piece) return PieceLength{*size};
    return Error(Fault::bad_input,
                 fmt::format("\"{}\" is no piece length: a power of two from 16 KiB to 128 MiB",
                             escape_text(text.substr(0, 80))));
}

void complain_of_type(const Value& value, std::string_view expected, const Complain& complain) {
    complain(value.at, fmt::format("expected {}, but there is {}", expected, describe(value)));
}

void read_value(const Value& value, std::string& out, const Limits& limits, const Complain& complain) {
    const auto* text = take_string(value, "a string", complain);
    if (!text) return;
    if (limits.check && !text->empty())
        if (const auto good = limits.check(*text); !good) return complain(value.at, good.error().text());
    out = *text;
}

void read_value(const Value& value, ServingUser& out, const Limits& limits, const Complain& complain) {
    read_value(value, out.name, limits, complain);
    out.is_named = true;
}

void read_value(const Value& value, bool& out, const Limits&, const Complain& complain) {
    if (const auto* truth = value.get<bool>())
        out = *truth;
    else
        complain_of_type(value, "true or false", complain);
}

void read_value(const Value& value, int& out, const Limits& limits, const Complain& complain) {
    if (const auto number = read_number(value, limits, complain)) out = static_cast<int>(*number);
}

void read_value(const Value& value, unsigned& out, const Limits& limits, const Complain& complain) {
    if (const auto number = read_number(value, limits, complain)) out = static_cast<unsigned>(*number);
}

void read_value(const Value& value, Bytes& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "a size as a string, such as \"5 GiB\"", complain, parse_size);
}

void read_value(const Value& value, std::optional<Bytes>& out, const Limits&, const Complain& complain) {
    if (const auto* text = value.get<std::string>(); text && *text == "never")
        out.reset();
    else
        read_parsed(value, out, "a size as a string, such as \"4 MiB\", or \"never\"", complain, parse_size);
}

void read_value(const Value& value, Rate& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "a rate as a string, such as \"50 MB/s\"", complain, parse_rate);
}

void read_value(const Value& value, std::chrono::seconds& out, const Limits& limits,
                const Complain& complain) {
    read_parsed(value, out, "a time as a string, such as \"36h\"", complain,
                [&](const std::string& text) { return parse_time(text, limits); });
}

void read_value(const Value& value, std::optional<std::chrono::seconds>& out, const Limits& limits,
                const Complain& complain) {
    if (const auto* text = value.get<std::string>(); text && *text == "never")
        out.reset();
    else
        read_parsed(value, out, "a time as a string, such as \"30d\", or \"never\"", complain,
                    [&](const std::string& written) { return parse_time(written, limits); });
}

void read_value(const Value& value, sync::DeleteLimit& out, const Limits&, const Complain& complain) {
    const auto* number = value.get<std::int64_t>();
    if (!number)
        read_parsed(value, out, "a share like \"10%\" or a count like 1000", complain, parse_delete_limit);
    else if (*number < 0)
        complain(value.at, fmt::format("{} is less than 0", *number));
    else
        out = {false, 0, static_cast<std::uint64_t>(*number)};
}

void read_value(const Value& value, PieceLength& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "\"auto\" or a size as a string, such as \"1 MiB\"", complain,
                parse_piece_length);
}

void read_value(const Value& value, HookCommand& out, const Limits&, const Complain& complain) {
    HookCommand command;
    if (value.get<Array>()) {
        read_value(value, command.arguments, Limits{}, complain);
        if (value.get<Array>()->empty()) complain(value.at, "a command needs a program");
    } else if (const auto* path = take_string(value, "a program's path, or an array", complain)) {
        command.arguments = {*path};
    }
    if (command.arguments.empty()) return;
    if (command.arguments.front().empty()) return complain(value.at, "a command needs a program");
    out = std::move(command);
}

void read_value(const Value& value, ListenAddress& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "an address as a string, such as \"[::]:8080\"", complain, parse_listen_address);
}

void read_value(const Value& value, Schedule& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "a schedule as a string, such as \"every 6h\"", complain, parse_schedule);
}

void read_value(const Value& value, Glob& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "a pattern as a string, such as \"**/*.iso\"", complain, Glob::parse);
}

void read_value(const Value& value, PublicKey& out, const Limits&, const Complain& complain) {
    read_parsed(value, out, "a public key as base64", complain, PublicKey::parse);
}

void read_value(const Value& value, httpd::Networks& out, const Limits& limits, const Complain& complain) {
    auto texts = out.texts();
    read_value(value, texts, limits, complain);
    if (auto networks = httpd::Networks::parse(texts))
        out = std::move(*networks);
    else
        complain(value.at, networks.error().text());
}

std::optional<std::size_t> read_choice(const Value& value, std::span<const std::string_view> names,
                                       const Complain& complain) {
    const auto expected = fmt::format("\"{}\"", fmt::join(names, "\", \""));
    const auto* text = take_string(value, "one of " + expected, complain);
    if (!text) return std::nullopt;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == *text) return i;
    complain(value.at, fmt::format("\"{}\" is none of {}", escape_text(text->substr(0, 80)), expected));
    return std::nullopt;
}

std::string show_value(const std::string& value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    return out + "\"";
}

std::string show_value(const ServingUser& value) {
    return show_value(value.name);
}
std::string show_value(bool value) {
    return value ? "true" : "false";
}
std::string show_value(int value) {
    return std::to_string(value);
}
std::string show_value(unsigned value) {
    return std::to_string(value);
}
std::string show_value(Bytes value) {
    return show_value(exact_size(value));
}
std::string show_value(std::optional<Bytes> value) {
    return value ? show_value(*value) : show_value(std::string("never"));
}
std::string show_value(Rate value) {
    return show_value(exact_rate(value));
}
std::string show_value(std::chrono::seconds value) {
    return show_value(exact_duration(value));
}
std::string show_value(std::optional<std::chrono::seconds> value) {
    return value ? show_value(*value) : show_value(std::string("never"));
}
std::string show_value(const sync::DeleteLimit& value) {
    return value.is_share ? show_value(fmt::format("{}%", value.percent)) : std::to_string(value.count);
}
std::string show_value(PieceLength value) {
    return value.automatic() ? show_value(std::string("auto")) : show_value(value.bytes);
}
std::string show_value(const HookCommand& value) {
    return show_value(value.arguments);
}
std::string show_value(const ListenAddress& value) {
    return show_value(value.str());
}
std::string show_value(const Schedule& value) {
    return show_value(show_schedule(value));
}
std::string show_value(const Glob& value) {
    return show_value(value.str());
}
std::string show_value(const PublicKey& value) {
    return show_value(value.str());
}
std::string show_value(const httpd::Networks& value) {
    return show_value(value.texts());
}

}  // namespace mirrorseed::app
