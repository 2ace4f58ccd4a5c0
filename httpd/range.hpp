// Which bytes a `Range` field asks for (RFC 9110 section 14).
//
//   nothing usable in the field        whole: answered 200, as if it were absent
//   a part that the content has        parts: answered 206, with one part or several
//   only parts that it has not         unsatisfiable: answered 416
//
// Parts stay in the order asked for, but one that overlaps or touches an earlier
// one is merged into it, so a byte is never sent twice. More than 512 parts in
// ascending order, or more than 16 in another, are no honest wish: whole.
#pragma once

#include "core/units.hpp"

#include <ostream>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

struct Span {
    Bytes begin = 0, end = 0;  // half-open
    Bytes size() const noexcept { return end - begin; }
    bool operator==(const Span&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Span& span) {
    return out << '[' << span.begin << ',' << span.end << ')';
}

struct RangeChoice {
    enum class Kind { whole, parts, unsatisfiable };
    Kind kind = Kind::whole;
    std::vector<Span> parts;
};

RangeChoice choose_ranges(std::string_view field, Bytes size);

}  // namespace mirrorseed::httpd
