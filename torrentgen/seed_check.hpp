// What a web seed's answers say about it. Pure: facts in, verdict out.
//
// A seed must answer each range with 206, exactly that range, the file's true
// length and no Content-Encoding: libtorrent, aria2 and Transmission each drop a
// seed for one of these, and none of them decodes. Redirects work, but cost
// libtorrent a connection each, so they are told of.
#pragma once

#include "core/http/http_fault.hpp"
#include "core/units.hpp"
#include "torrentgen/seed_url.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::torrentgen {

// Bytes of a file: [begin, end).
struct SeedQuestion {
    HttpUrl url;
    Bytes begin = 0, end = 0;
    Bytes file_length = 0;
};

// How it was answered. Where there is a fault, only the body and the status say something: what came until
// then, and the last status that did.
struct SeedAnswer {
    std::optional<HttpFault> fault{};
    std::string fault_text{};
    unsigned status = 0;
    std::string content_range{};
    std::string content_encoding{};
    std::string redirected_to{};  // the host that answered in the end; empty without redirects
    std::string body{};           // of a 206 alone
};

enum class SeedTrouble {
    none,
    wrong_bytes,
    no_ranges,
    wrong_range,
    bad_redirect,
    compressed,
    bad_status,
    slow,
    timed_out,
    bad_certificate,
    unreachable,
    too_private,
    malformed,
    bad_url,
};
std::string_view code_of(SeedTrouble trouble) noexcept;  // for programs: "wrong-bytes"

struct SeedVerdict {
    SeedTrouble trouble = SeedTrouble::none;
    std::string reason{};  // for people

    bool is_ok() const noexcept { return trouble == SeedTrouble::none; }
    bool operator==(const SeedVerdict&) const = default;
};

// Of one answer, its bytes not yet hashed.
SeedVerdict judge(const SeedQuestion& question, const SeedAnswer& answer);
// Of the speed of many; a moment is too short to tell.
SeedVerdict judge_rate(Bytes bytes, std::chrono::steady_clock::duration took, Rate slowest);

struct ClientVerdict {
    SeedClient client{};
    SeedVerdict verdict{};
};

struct SeedReport {
    std::string url{};  // as the torrent spells it
    SeedVerdict verdict{};
    Bytes checked_bytes = 0;
    std::vector<ClientVerdict> clients{};
    std::string redirects_to{};
};

// libtorrent's experience, first among the clients, is the seed's; the reason of a good one tells of
// redirects and of clients for whom it is none.
SeedVerdict conclude(const std::vector<ClientVerdict>& clients, std::string_view redirects_to);

}  // namespace mirrorseed::torrentgen
