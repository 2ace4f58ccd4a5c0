// What a TOML document says, before anybody asks what it means.
//
// This is the door to toml++: nobody else sees that library, so it is compiled
// into one file only. Every value knows where it stands, since a fault in it is
// told with line and column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mirrorseed::app {

struct Position {
    unsigned line = 1, column = 1;
    auto operator<=>(const Position&) const = default;
};

struct Member;
struct Value;
using Array = std::vector<Value>;
using Table = std::vector<Member>;  // in the order of the document

// Dates and times, which no key of ours wants.
struct Moment {};

struct Value {
    Position at;
    std::variant<std::string, std::int64_t, double, bool, Moment, Array, Table> data;

    template <class T>
    const T* get() const noexcept {
        return std::get_if<T>(&data);
    }
};

struct Member {
    std::string key;
    Position at;  // of the key
    Value value;
};

// "a string", "the number 5", "a table": for messages. Never the text of a string, which may be a secret.
std::string describe(const Value& value);

struct Document {
    Value root;  // a Table
    // A syntax error; then the table is empty.
    bool failed = false;
    Position error_at{};
    std::string error{};
};

Document parse_document(std::string_view text);

}  // namespace mirrorseed::app
