// The words of HTTP's grammar (RFC 9110 section 5.6, RFC 9112 section 2.2) that requests and answers share.
#pragma once

#include <string_view>

namespace mirrorseed {

// One or more characters of a name.
bool is_http_token(std::string_view text) noexcept;
// Bytes beyond ASCII may stand in a value (RFC 9110 section 5.5), control bytes other than a tab may not.
bool is_field_value(std::string_view text) noexcept;
// Upper and lower case of ASCII letters are the same.
bool same_word(std::string_view a, std::string_view b) noexcept;
// Without spaces and tabs at either end.
std::string_view without_blanks(std::string_view text) noexcept;
// A CR or LF that is no CRLF.
bool has_stray_line_end(std::string_view text) noexcept;

}  // namespace mirrorseed
