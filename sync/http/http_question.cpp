#include "sync/http/http_question.hpp"

#include "core/http/http_date.hpp"
#include "sync/http/http_answer.hpp"
#include "sync/http/page_memory.hpp"

#include <cstdlib>

namespace mirrorseed::sync {
namespace {

using Kind = HttpQuestion::Kind;

// May a file that was written at `current` be shown at `listed`, to the minute and in any time zone?
bool may_be_shown_as(FileTime current, FileTime listed) {
    constexpr UnixTime furthest = 14 * 3600, zone_step = 900, minute = 60;
    const auto apart = current.seconds() - listed.seconds();
    const auto beside = (apart % zone_step + zone_step) % zone_step;
    return std::abs(apart) <= furthest + minute && beside < minute;
}

// May a file that was written at `current` be what is listed?
bool may_be_dated(FileTime current, const Order& order) {
    const auto listed = order.item.entry.mtime;
    if (order.sureness.has_exact_time()) return current.seconds() == listed.seconds();
    return !order.sureness.tells_time() || may_be_shown_as(current, listed);
}

bool is_not_another(std::optional<FileTime> told, std::optional<FileTime> current) {
    return !told || !current || told->seconds() == current->seconds();
}

}  // namespace

HttpQuestion question_for(const Order& order, Bytes part) {
    if (part > 0 && order.part_validator.empty()) return {};
    if (part > 0)
        return {Kind::rest,
                {{"Range", "bytes=" + std::to_string(part) + "-"}, {"If-Range", order.part_validator}}};
    const auto condition = condition_for(order);
    if (!condition) return {};
    return {Kind::if_changed, {condition->field}, condition->mtime};
}

HttpMeaning meaning_of(const HttpResponse& response, const HttpQuestion& question) {
    const bool is_same = is_not_another(last_modified(response), question.mtime);
    if (response.status == 304 && question.kind == Kind::if_changed)
        return is_same ? HttpMeaning::same : HttpMeaning::ask_for_whole;
    if (response.status == 416 && question.kind == Kind::rest) return HttpMeaning::ask_for_whole;
    return response.is_success() ? HttpMeaning::file : HttpMeaning::trouble;
}

std::optional<HttpCondition> condition_for(const Order& order) {
    if (!order.current || !order.current->digest || order.sureness.is_exact()) return std::nullopt;
    const auto& current = *order.current;
    // Then it changed, and the answer is known.
    if (order.sureness.has_exact_size() && !fits(current.size, order)) return std::nullopt;
    if (!order.validator.empty()) {
        const auto mark = parse_mark(order.validator);
        if (!mark || mark->content != *current.digest || mark->validator.empty()) return std::nullopt;
        return HttpCondition{
            {is_tag(mark->validator) ? "If-None-Match" : "If-Modified-Since", mark->validator}};
    }
    // What we have came from elsewhere. Where it looks like what is listed, the server may confirm it.
    const bool looks_alike =
        order.sureness.is_told() && fits(current.size, order) && may_be_dated(current.mtime, order);
    if (!looks_alike) return std::nullopt;
    return HttpCondition{{"If-Modified-Since", format_http_date(current.mtime.seconds())}, current.mtime};
}

bool may_be_here_already(const Order& order) {
    if (!order.current || order.current->digest || order.sureness.is_exact()) return false;
    return fits(order.current->size, order) && may_be_dated(order.current->mtime, order);
}

}  // namespace mirrorseed::sync
