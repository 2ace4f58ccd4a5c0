#include "torrentgen/seed_check.hpp"

#include "core/http/content_range.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace mirrorseed::torrentgen {
namespace {

SeedTrouble trouble_of(HttpFault fault) {
    switch (fault) {
        case HttpFault::no_address:
        case HttpFault::no_connection:
            return SeedTrouble::unreachable;
        case HttpFault::too_private:
            return SeedTrouble::too_private;
        case HttpFault::bad_certificate:
            return SeedTrouble::bad_certificate;
        case HttpFault::timed_out:
            return SeedTrouble::timed_out;
        case HttpFault::too_slow:
            return SeedTrouble::slow;
        case HttpFault::bad_redirect:
            return SeedTrouble::bad_redirect;
        case HttpFault::body_too_large:
            return SeedTrouble::wrong_range;
        case HttpFault::no_tls:
        case HttpFault::closed_early:
        case HttpFault::malformed:
        case HttpFault::head_too_large:
        case HttpFault::stopped:
            break;
    }
    return SeedTrouble::malformed;
}

bool is_identity(std::string_view encoding) {
    return encoding.empty() || encoding == "identity";
}

SeedVerdict judge_range(const SeedQuestion& question, const SeedAnswer& answer) {
    const auto range = parse_content_range(answer.content_range);
    const auto wanted = fmt::format("bytes {}-{}/{}", question.begin, question.end - 1, question.file_length);
    const bool exact = range && range->begin == question.begin && range->end == question.end &&
                       range->complete == question.file_length;
    if (exact) return {};
    if (answer.content_range.empty()) return {SeedTrouble::wrong_range, "a 206 without Content-Range"};
    return {SeedTrouble::wrong_range,
            fmt::format("Content-Range is {}, not \"{}\"", in_quotes(answer.content_range), wanted)};
}

// "Transmission 3 and WebTorrent".
std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t at = 0; at < names.size(); ++at)
        text += (at == 0 ? "" : at + 1 == names.size() ? " and " : ", ") + names[at];
    return text;
}

}  // namespace

std::string_view code_of(SeedTrouble trouble) noexcept {
    switch (trouble) {
        case SeedTrouble::none:
            break;
        case SeedTrouble::wrong_bytes:
            return "wrong-bytes";
        case SeedTrouble::no_ranges:
            return "no-ranges";
        case SeedTrouble::wrong_range:
            return "wrong-range";
        case SeedTrouble::bad_redirect:
            return "bad-redirect";
        case SeedTrouble::compressed:
            return "compressed";
        case SeedTrouble::bad_status:
            return "bad-status";
        case SeedTrouble::slow:
            return "slow";
        case SeedTrouble::timed_out:
            return "timed-out";
        case SeedTrouble::bad_certificate:
            return "bad-certificate";
        case SeedTrouble::unreachable:
            return "unreachable";
        case SeedTrouble::too_private:
            return "private-address";
        case SeedTrouble::malformed:
            return "malformed";
        case SeedTrouble::bad_url:
            return "bad-url";
    }
    return "ok";
}

SeedVerdict judge(const SeedQuestion& question, const SeedAnswer& answer) {
    if (answer.fault == HttpFault::body_too_large)
        return {SeedTrouble::wrong_range, "more bytes came than were asked for"};
    if (answer.fault == HttpFault::timed_out && !answer.body.empty())
        return {SeedTrouble::slow, fmt::format("slow: {} of {} bytes came in time", answer.body.size(),
                                               question.end - question.begin)};
    if (answer.fault) return {trouble_of(*answer.fault), answer.fault_text};
    // A range of a compressed file is a range of other bytes, or of none.
    const bool has_content = answer.status == 200 || answer.status == 206;
    if (has_content && !is_identity(answer.content_encoding))
        return {SeedTrouble::compressed,
                "compressed as " + in_quotes(answer.content_encoding) + ", which no client undoes"};
    if (answer.status == 200)
        return {SeedTrouble::no_ranges, "no ranges: it answers 200 where 206 is asked for"};
    if (answer.status != 206) return {SeedTrouble::bad_status, fmt::format("HTTP status {}", answer.status)};
    if (auto verdict = judge_range(question, answer); !verdict.is_ok()) return verdict;
    const auto wanted = question.end - question.begin;
    if (answer.body.size() == wanted) return {};
    return {SeedTrouble::wrong_range, fmt::format("{} bytes came, not {}", answer.body.size(), wanted)};
}

SeedVerdict judge_rate(Bytes bytes, std::chrono::steady_clock::duration took, Rate slowest) {
    const auto seconds = std::chrono::duration<double>(took).count();
    if (seconds < 5) return {};
    const Rate rate{static_cast<Bytes>(static_cast<double>(bytes) / seconds)};
    if (rate >= slowest) return {};
    // An unlimited rate is spelt 0; so slow is none that goes on at all.
    const auto said = rate.unlimited() ? "less than 1 B/s" : format_rate(rate);
    return {SeedTrouble::slow, fmt::format("slow: {}, where {} is the least", said, format_rate(slowest))};
}

SeedVerdict conclude(const std::vector<ClientVerdict>& clients, std::string_view redirects_to) {
    assert(!clients.empty());
    auto verdict = clients.front().verdict;
    if (!verdict.is_ok()) return verdict;
    std::vector<std::string> parts, unlucky;
    if (!redirects_to.empty()) parts.push_back("redirects to " + escape_text(redirects_to));
    for (const auto& client : clients)
        if (!client.verdict.is_ok()) unlucky.emplace_back(name_of(client.client));
    if (!unlucky.empty()) parts.push_back("not for " + joined(unlucky));
    for (const auto& part : parts)
        verdict.reason += (verdict.reason.empty() ? "" : "; ") + part;
    return verdict;
}

}  // namespace mirrorseed::torrentgen
