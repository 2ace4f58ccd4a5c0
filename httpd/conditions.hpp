// Preconditions of a request, in the order of RFC 9110 section 13.2.2.
#pragma once

#include "core/clock.hpp"

#include <optional>
#include <string_view>

namespace mirrorseed::httpd {

// The fields as they came; each absent, or with its value (lines of the same name joined by commas).
struct ConditionFields {
    std::optional<std::string_view> if_match{}, if_unmodified_since{}, if_none_match{}, if_modified_since{},
        if_range{};
};

// What the content would be told apart by.
struct Validators {
    std::string_view etag;             // strong and quoted; empty: none
    std::optional<UnixTime> modified;  // whole seconds
    bool date_is_strong = true;        // no other content had this time (section 8.8.2.2)
};

enum class Condition { go_on, not_modified, failed };

// For GET and HEAD alone.
Condition check_conditions(const ConditionFields& fields, const Validators& validators, UnixTime now);

// May a Range be looked at? Without If-Range, always.
bool if_range_holds(const ConditionFields& fields, const Validators& validators, UnixTime now);

}  // namespace mirrorseed::httpd
