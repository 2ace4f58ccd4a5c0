// Which of several forms of one thing a request likes best, by its Accept and Accept-Encoding. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

enum class Coding { none, gzip, zstd };
std::string_view name_of(Coding coding);  // as Content-Encoding has it

struct AcceptFields {
    std::optional<std::string_view> type{}, coding{};
};

struct Likes {
    bool json = false;  // rather than HTML
    Coding coding = Coding::none;
    bool operator==(const Likes&) const = default;
    // One word for each, for keys.
    std::string_view word() const;
};
Likes likes_of(const AcceptFields& fields);

}  // namespace mirrorseed::httpd
