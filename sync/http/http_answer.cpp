#include "sync/http/http_answer.hpp"

#include "core/http/content_range.hpp"
#include "core/http/http_date.hpp"
#include "core/http/http_fault.hpp"
#include "core/http/http_text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <array>

namespace mirrorseed::sync {
namespace {

// Until a file system's clock has surely moved on.
constexpr UnixTime certain_after = 60;

// Of a body of which neither the listing nor the answer tells the length.
constexpr Bytes largest_unknown = Bytes{1} << 40;

std::optional<UnixTime> time_field(const HttpResponse& response, std::string_view name) {
    const auto text = response.field(name);
    return text ? parse_http_date(*text, 0) : std::nullopt;
}

// Seconds, or a moment by the server's own clock.
std::optional<std::chrono::milliseconds> retry_after(const HttpResponse& response) {
    constexpr std::uint64_t a_day = 86400;
    const auto text = response.field("retry-after");
    if (!text) return std::nullopt;
    if (const auto seconds = whole_number<std::uint64_t>(*text))
        return std::chrono::seconds(std::min(*seconds, a_day));
    const auto then = parse_http_date(*text, 0), now = date_of(response);
    if (!then || !now) return std::nullopt;
    return std::chrono::seconds(std::clamp<UnixTime>(*then - *now, 0, a_day));
}

Fault fault_of_status(unsigned status) {
    if (status == 404 || status == 410) return Fault::not_found;
    return status == 401 || status == 403 || status == 407 ? Fault::refused : Fault::failed;
}

std::string_view meaning_of_status(unsigned status) {
    switch (status) {
        case 401:
            return " (it wants a user and a password, or another one)";
        case 403:
            return " (forbidden)";
        case 404:
            return " (not found)";
        case 410:
            return " (gone)";
        case 429:
            return " (too many requests)";
        case 503:
            return " (out of service)";
        default:
            return "";
    }
}

Again again_after(HttpFault fault) {
    switch (fault) {
        case HttpFault::no_address:
        case HttpFault::no_connection:
        case HttpFault::no_tls:
        case HttpFault::timed_out:
        case HttpFault::too_slow:
        case HttpFault::closed_early:
        case HttpFault::malformed:
        case HttpFault::stopped:
            return Again::later;
        case HttpFault::too_private:
        case HttpFault::bad_certificate:
        case HttpFault::head_too_large:
        case HttpFault::body_too_large:
        case HttpFault::bad_redirect:
            break;
    }
    return Again::no;
}

Error changed(const HttpResponse& head, const std::string& how) {
    return {Fault::changed, head.url.shown() + " is not as it was listed: " + how};
}

std::optional<ContentRange> range_of(const HttpResponse& head) {
    return parse_content_range(head.field("content-range").value_or(""));
}

// Of the whole file, when the head tells it.
std::optional<Bytes> told_size(const HttpResponse& head) {
    if (head.status != 206) return content_length(head);
    const auto range = range_of(head);
    return range ? range->complete : std::nullopt;
}

// A page for people, in the place of a file.
bool is_login_page(const HttpResponse& head, const Order& order) {
    const auto name = order.item.path.name();
    if (!is_html(head) || is_html_name(name)) return false;
    if (!order.sureness.tells_size()) return name.find('.') != name.npos;
    const auto size = told_size(head);
    return !size || !fits(*size, order);
}

// Redirected elsewhere, another host's times are another host's.
bool has_another_time(const HttpResponse& head, const HttpUrl& asked, const Order& order) {
    const auto mtime = last_modified(head);
    return order.sureness.has_exact_time() && mtime && head.url.same_origin(asked) &&
           mtime->seconds() != order.item.entry.mtime.seconds();
}

}  // namespace

HttpTrouble trouble_of(const HttpResponse& response) {
    const auto status = response.status;
    const bool is_passing = status == 408 || status == 425 || status == 429 || status >= 500;
    auto text = response.url.shown() + ": the server answers " + std::to_string(status) +
                std::string(meaning_of_status(status));
    return {.error = Error(fault_of_status(status), std::move(text)),
            .again = is_passing ? Again::later : Again::no,
            .asked = retry_after(response)};
}

HttpTrouble trouble_of(const Error& error) {
    const auto fault = http_fault_of(error);
    return {.error = error, .again = fault ? again_after(*fault) : Again::no};
}

std::optional<UnixTime> date_of(const HttpResponse& response) {
    return time_field(response, "date");
}

std::optional<FileTime> last_modified(const HttpResponse& response) {
    const auto time = time_field(response, "last-modified");
    if (!time) return std::nullopt;
    return FileTime::from_seconds(*time);
}

std::string validator_of(const HttpResponse& response) {
    const auto tag = response.field("etag");
    if (tag && is_tag(*tag) && tag->find_first_of("\r\n") == tag->npos) return std::string(*tag);
    const auto time = time_field(response, "last-modified"), date = date_of(response);
    if (!time || !date || *time + certain_after > *date) return {};
    return format_http_date(*time);
}

bool is_tag(std::string_view validator) noexcept {
    return validator.size() >= 2 && validator.starts_with('"') && validator.ends_with('"');
}

bool is_html(const HttpResponse& response) {
    const auto type = response.field("content-type").value_or("");
    const auto essence = without_blanks(type.substr(0, type.find(';')));
    return same_word(essence, "text/html") || same_word(essence, "application/xhtml+xml");
}

bool is_html_name(std::string_view name) {
    constexpr std::array<std::string_view, 9> endings{"html", "htm", "xhtml", "shtml", "xht",
                                                      "php",  "asp", "aspx",  "jsp"};
    const auto dot = name.rfind('.');
    return dot != name.npos && std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
               return same_word(name.substr(dot + 1), ending);
           });
}

bool is_encoded(const HttpResponse& response) {
    const auto coding = without_blanks(response.field("content-encoding").value_or(""));
    return !coding.empty() && !same_word(coding, "identity");
}

std::optional<Bytes> content_length(const HttpResponse& response) {
    const auto text = response.field("content-length");
    return text && !response.field("transfer-encoding") ? whole_number<std::uint64_t>(without_blanks(*text))
                                                        : std::nullopt;
}

bool fits(Bytes size, const Order& order) {
    return order.sureness.may_be_of_size(size, order.item.entry.size);
}

Bytes most_bytes(const Order& order) {
    return order.sureness.most_bytes(order.item.entry.size).value_or(largest_unknown);
}

Status check_head(const HttpResponse& head, const HttpUrl& asked, const Order& order) {
    const auto shown = head.url.shown();
    if (head.status != 200 && head.status != 206) return trouble_of(head).error;
    if (head.url.target().ends_with('/')) return changed(head, "it is a folder");
    if (is_encoded(head))
        return Error(Fault::unsupported, shown + " came compressed, although nobody asked for that");
    if (is_login_page(head, order))
        return Error(Fault::bad_input,
                     shown +
                         ": the server answers with an HTML page instead of the file; a page "
                         "to log in, perhaps");
    const auto size = told_size(head);
    if (size && !fits(*size, order))
        return changed(head,
                       std::to_string(*size) + " bytes instead of " + std::to_string(order.item.entry.size));
    if (has_another_time(head, asked, order)) return changed(head, "it has another time");
    return {};
}

bool is_rest_behind(const HttpResponse& head, Bytes part) {
    const auto range = range_of(head);
    return range && range->begin == part && part > 0 && (!range->complete || range->end == *range->complete);
}

Status check_size(const HttpResponse& head, Bytes came, const Order& order) {
    if (fits(came, order)) return {};
    return changed(head, std::to_string(came) + " bytes came");
}

Told told_of(const HttpResponse& head, const Order& order) {
    Told told{.validator = validator_of(head)};
    if (!order.sureness.has_exact_time()) told.mtime = last_modified(head);
    return told;
}

bool confirms_current(const HttpResponse& head, const Order& order) {
    if (head.status != 200 || head.url.target().ends_with('/') || is_encoded(head)) return false;
    const auto& current = *order.current;
    // Apache's head of an empty file tells no length.
    const auto size = content_length(head).value_or(0);
    const auto mtime = last_modified(head);
    // A server that tells no time leaves the page's, to which the file was set when it came.
    const bool same_time = mtime ? mtime->seconds() == current.mtime.seconds()
                                 : order.sureness.tells_time() && current.mtime == order.item.entry.mtime;
    return size == current.size && same_time;
}

}  // namespace mirrorseed::sync
