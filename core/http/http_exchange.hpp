// What is asked of a server, within which bounds, and what it answered.
//
// Nothing is decompressed, and nothing compressed is asked for. Bodies of answers
// other than 2xx are of no use to a mirror and are thrown away. A body goes into
// memory, or to a sink in pieces of at most 64 KiB when it may be large.
#pragma once

#include "core/digest.hpp"
#include "core/http/http_url.hpp"
#include "core/units.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

// A post has no body. It may do something each time that it arrives, so it is sent once: on a new connection,
// and its redirects are answers.
enum class HttpMethod { get, head, post };

struct HttpField {
    std::string name;
    std::string value;
    bool operator==(const HttpField&) const = default;
};

// What comes in order to be read as one, such as a head, may take twice the silence.
struct HttpLimits {
    static constexpr Bytes any_size = std::numeric_limits<Bytes>::max();

    std::chrono::steady_clock::duration connect = std::chrono::seconds(20);  // and TLS, and the proxy
    std::chrono::steady_clock::duration silence = std::chrono::seconds(30);  // without a byte
    std::optional<std::chrono::steady_clock::duration> total{};              // with all redirects
    Rate slowest{};                                                          // over any minute of a body
    Bytes body = 16 << 20;                                                   // what is more is a fault
    unsigned redirects = 5;
};

struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    HttpUrl url{};
    // Host, User-Agent, Accept-Encoding and Authorization (from the URL) come by themselves.
    std::vector<HttpField> fields{};
    HttpLimits limits{};
};

struct HttpResponse {
    HttpUrl url{};           // the last one asked
    unsigned redirects = 0;  // that were followed to get there
    unsigned status = 0;
    std::vector<HttpField> fields{};
    std::string body{};   // empty when a sink took it
    Bytes body_size = 0;  // of what was taken

    bool is_success() const noexcept { return status / 100 == 2; }
    // The first of that name, in any case.
    std::optional<std::string_view> field(std::string_view name) const;
};

// Where a large body goes.
class HttpSink {
public:
    enum class Use { take, leave };

    virtual ~HttpSink() = default;
    // The head of a 2xx, before its body; once in a fetch. Leaving the body may cost the connection; an error
    // ends the fetch too.
    virtual Result<Use> begin(const HttpResponse& head) = 0;
    // May wait, for a disk or to keep to a rate. An error ends the fetch.
    virtual boost::asio::awaitable<Status> take(ByteSpan piece) = 0;
};

struct HttpManners {
    std::string user_agent = "mirrorseed/" MIRRORSEED_VERSION;
    std::optional<HttpUrl> proxy{};  // http alone
};

// The request's head as it goes on the wire to `url`; refuses fields that would break it. By a proxy, http
// is asked for with its whole URL.
Result<std::string> request_head(const HttpRequest& request, const HttpUrl& url, const HttpManners& manners);
// What opens a tunnel to `url` at the proxy.
std::string connect_head(const HttpUrl& url, const HttpManners& manners);
// The fields that may follow a redirect to another origin: none that tell who we are.
std::vector<HttpField> fields_for_strangers(const std::vector<HttpField>& fields);

}  // namespace mirrorseed
