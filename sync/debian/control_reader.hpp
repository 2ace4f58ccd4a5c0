// Debian's control files (Release, Packages, Sources), stanza by stanza. Pure, and bounded in memory.
//
// A stanza's fields may stand in any order and case; a line that begins with a blank goes on with the field
// above it. Of the fields only those that are wanted are kept.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::sync::debian {

class Stanza {
public:
    // Of a field that is not there, nothing. What goes on over several lines has '\n' between them, without
    // the blanks.
    std::string_view operator[](std::size_t field) const { return values_[field]; }
    std::uint64_t line() const noexcept { return line_; }  // where it begins

private:
    friend class ControlReader;
    std::vector<std::string> values_;
    std::vector<bool> is_there_;
    std::uint64_t line_ = 0;
};

class ControlReader {
public:
    // Names in lower case; a stanza tells each by its place here. `seen` may end it by answering an error.
    ControlReader(std::vector<std::string_view> wanted, std::function<Status(const Stanza&)> seen);

    // Fault::bad_input, with the line, for what is no control file, a field that is there twice, or one
    // without end.
    Status read(ByteSpan bytes);
    Status finish();

private:
    Status take_line(std::string_view line);
    Status take_field(std::string_view line);
    Status keep(std::string_view text);
    Status end_stanza();
    Error fault(const std::string& what) const;

    std::vector<std::string_view> wanted_;
    std::function<Status(const Stanza&)> seen_;
    Stanza stanza_;
    bool has_fields_ = false;
    std::size_t field_;  // the last one, or as many as are wanted where that is not wanted
    std::size_t kept_ = 0;
    std::uint64_t lines_ = 0;
    std::string rest_;  // a line that has not ended yet
};

}  // namespace mirrorseed::sync::debian
