#include "httpd/conditions.hpp"

#include "core/http/http_date.hpp"

#include <cstddef>

namespace mirrorseed::httpd {
namespace {

enum class Comparison { strong, weak };

// Takes one entity-tag off the front of a list; nothing when the list is over or broken.
std::optional<std::string_view> take_tag(std::string_view& list) {
    const auto begin = list.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) return std::nullopt;
    list.remove_prefix(begin);
    const std::size_t open = list.starts_with("W/") ? 2 : 0;
    if (list.size() <= open || list[open] != '"') return std::nullopt;
    const auto close = list.find('"', open + 1);
    if (close == std::string_view::npos) return std::nullopt;
    const auto tag = list.substr(0, close + 1);
    list.remove_prefix(close + 1);
    return tag;
}

// Ours are strong, so theirs being weak decides alone.
bool same_tag(std::string_view theirs, std::string_view ours, Comparison comparison) {
    if (!theirs.starts_with("W/")) return theirs == ours;
    return comparison == Comparison::weak && theirs.substr(2) == ours;
}

bool names(std::string_view list, std::string_view etag, Comparison comparison) {
    if (list == "*") return true;
    if (etag.empty()) return false;
    while (const auto tag = take_tag(list))
        if (same_tag(*tag, etag, comparison)) return true;
    return false;
}

bool unmodified_since(std::string_view field, const Validators& validators, UnixTime now) {
    const auto date = parse_http_date(field, now);
    return !date || !validators.modified || *validators.modified <= *date;  // what is no date is ignored
}

bool not_modified_since(std::string_view field, const Validators& validators, UnixTime now) {
    const auto date = parse_http_date(field, now);
    return date && validators.modified && *validators.modified <= *date;
}

}  // namespace

Condition check_conditions(const ConditionFields& fields, const Validators& validators, UnixTime now) {
    if (fields.if_match) {
        if (!names(*fields.if_match, validators.etag, Comparison::strong)) return Condition::failed;
    } else if (fields.if_unmodified_since) {
        if (!unmodified_since(*fields.if_unmodified_since, validators, now)) return Condition::failed;
    }
    if (fields.if_none_match) {
        const bool known = names(*fields.if_none_match, validators.etag, Comparison::weak);
        return known ? Condition::not_modified : Condition::go_on;
    }
    if (fields.if_modified_since && not_modified_since(*fields.if_modified_since, validators, now))
        return Condition::not_modified;
    return Condition::go_on;
}

bool if_range_holds(const ConditionFields& fields, const Validators& validators, UnixTime now) {
    if (!fields.if_range) return true;
    const auto value = *fields.if_range;
    if (value.starts_with('"') || value.starts_with("W/"))
        return !validators.etag.empty() && same_tag(value, validators.etag, Comparison::strong);
    // Exactly the same time, not merely an earlier one (section 13.1.5).
    const auto date = parse_http_date(value, now);
    return date && validators.modified && validators.date_is_strong && *date == *validators.modified;
}

}  // namespace mirrorseed::httpd
