// From a TOML value to a typed one, and back to the text of it.
//
// read_value() complains about what it does not like, at the place where it
// stands, and then leaves its target as it was: so all faults of a config are
// found in one reading. show_value() writes what read_value() reads back.
#pragma once

#include "app/config/config.hpp"
#include "app/config/config_document.hpp"

#include <array>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace mirrorseed::app {

using Complain = std::function<void(Position, std::string)>;

// What a key asks for beyond its type.
struct Limits {
    Status (*check)(std::string_view) =
        nullptr;           // of a string that is not empty, and of every string in a list
    std::int64_t low = 0;  // of numbers, and of times in seconds
    std::int64_t high = std::numeric_limits<std::int32_t>::max();
    bool one_will_do = false;  // a list of one may be written without brackets
};

// Names of enumerators, in their order.
constexpr auto names_of(httpd::StatusAccess) {
    return std::array<std::string_view, 3>{"local", "token", "public"};
}
constexpr auto names_of(httpd::AccessLogFormat) {
    return std::array<std::string_view, 2>{"combined", "json"};
}
constexpr auto names_of(ListingKind) {
    return std::array<std::string_view, 3>{"auto", "index", "node"};
}
constexpr auto names_of(MissingFiles) {
    return std::array<std::string_view, 3>{"not-found", "redirect", "fetch"};
}
constexpr auto names_of(BadFilePolicy) {
    return std::array<std::string_view, 2>{"strict", "hold-back"};
}
constexpr auto names_of(UpstreamTorrents) {
    return std::array<std::string_view, 2>{"ignore", "adopt"};
}
constexpr auto names_of(sync::ListRule) {
    return std::array<std::string_view, 3>{"auto", "require", "ignore"};
}
constexpr auto names_of(AddressFamily) {
    return std::array<std::string_view, 3>{"any", "4", "6"};
}
constexpr auto names_of(ReleaseFormat) {
    return std::array<std::string_view, 3>{"v1", "v2", "hybrid"};
}
constexpr auto names_of(MetadataCheck) {
    return std::array<std::string_view, 3>{"signature", "checksum", "none"};
}
constexpr auto names_of(RepoCheck) {
    return std::array<std::string_view, 4>{"auto", "signature", "checksum", "none"};
}
constexpr auto names_of(ValidUntil) {
    return std::array<std::string_view, 2>{"check", "ignore"};
}
constexpr auto names_of(LogLevel) {
    return std::array<std::string_view, 5>{"debug", "info", "warning", "error", "off"};
}
constexpr auto names_of(LogFormat) {
    return std::array<std::string_view, 2>{"text", "json"};
}

template <class E>
std::string_view name_of(E value) {
    static constexpr auto names = names_of(E{});
    return names[static_cast<std::size_t>(value)];
}

// "auto", or a power of two from 16 KiB to 1 GiB.
Result<PieceLength> parse_piece_length(std::string_view text);

// "expected WHAT, but there is a table"
void complain_of_type(const Value& value, std::string_view expected, const Complain& complain);

void read_value(const Value& value, std::string& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, ServingUser& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, bool& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, int& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, unsigned& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, Bytes& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, std::optional<Bytes>& out, const Limits& limits,
                const Complain& complain);
void read_value(const Value& value, Rate& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, std::chrono::seconds& out, const Limits& limits,
                const Complain& complain);
void read_value(const Value& value, std::optional<std::chrono::seconds>& out, const Limits& limits,
                const Complain& complain);
void read_value(const Value& value, sync::DeleteLimit& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, PieceLength& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, HookCommand& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, ListenAddress& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, Schedule& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, Glob& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, PublicKey& out, const Limits& limits, const Complain& complain);
void read_value(const Value& value, httpd::Networks& out, const Limits& limits, const Complain& complain);

// Which of the names the value is; nothing, and a complaint, when it is none.
std::optional<std::size_t> read_choice(const Value& value, std::span<const std::string_view> names,
                                       const Complain& complain);

template <class E>
requires std::is_enum_v<E>
void read_value(const Value& value, E& out, const Limits&, const Complain& complain) {
    static constexpr auto names = names_of(E{});
    if (const auto choice = read_choice(value, names, complain)) out = static_cast<E>(*choice);
}

// A list is taken whole or, when one of its items is bad, not at all.
template <class T>
void read_value(const Value& value, std::vector<T>& out, const Limits& limits, const Complain& complain) {
    const auto* array = value.get<Array>();
    const bool alone = limits.one_will_do && value.get<std::string>();
    if (!array && !alone) return complain_of_type(value, "an array", complain);
    const std::span<const Value> items = array ? std::span(*array) : std::span(&value, 1);
    std::vector<T> list;
    bool good = true;
    const auto note = [&](Position at, std::string text) {
        good = false;
        complain(at, std::move(text));
    };
    for (const auto& item : items) {
        T one{};
        const auto* text = item.get<std::string>();
        if (limits.check && text && text->empty()) note(item.at, "an empty string says nothing here");
        read_value(item, one, limits, note);
        list.push_back(std::move(one));
    }
    if (good) out = std::move(list);
}

std::string show_value(const std::string& value);
std::string show_value(const ServingUser& value);
std::string show_value(bool value);
std::string show_value(int value);
std::string show_value(unsigned value);
std::string show_value(Bytes value);
std::string show_value(std::optional<Bytes> value);
std::string show_value(Rate value);
std::string show_value(std::chrono::seconds value);
std::string show_value(std::optional<std::chrono::seconds> value);
std::string show_value(const sync::DeleteLimit& value);
std::string show_value(PieceLength value);
std::string show_value(const HookCommand& value);
std::string show_value(const ListenAddress& value);
std::string show_value(const Schedule& value);
std::string show_value(const Glob& value);
std::string show_value(const PublicKey& value);
std::string show_value(const httpd::Networks& value);

template <class E>
requires std::is_enum_v<E> std::string show_value(E value) {
    return show_value(std::string(name_of(value)));
}

template <class T>
std::string show_value(const std::vector<T>& list) {
    std::string out = "[";
    for (const auto& item : list)
        out += (out.size() == 1 ? "" : ", ") + show_value(item);
    return out + "]";
}

}  // namespace mirrorseed::app
