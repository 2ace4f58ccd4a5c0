// The client over real sockets on loopback, against servers that behave and servers that do not: what it
// makes of their answers.

#include "tests/core/http/asking.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <string>

#include <poll.h>

namespace mirrorseed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::answer;
using test::client;
using test::fails_with;
using test::fetch;
using test::get;
using test::ok;
using test::RawServer;
using test::redirect;
using test::sized;

TEST(HttpClient, ReadsBodiesOfEveryKind) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const auto& bytes : {
             sized("hello"),
             "HTTP/1.1 200 \r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"s,
             "HTTP/1.0 200 OK\r\n\r\nhello"s,
             "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"s,
             chunked + "5\r\nhello\r\n0\r\n\r\n",
             chunked + "1;x=\"y\"\r\nh\r\n004\r\nello\r\n0\r\nTrailer: x\r\n\r\n",
             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + sized("hello"),
         }) {
        const auto response = answer(bytes);
        ASSERT_TRUE(ok(response)) << bytes;
        EXPECT_EQ(response->status, 200u);
        EXPECT_EQ(response->body, "hello") << bytes;
        EXPECT_EQ(response->body_size, 5u);
    }
}

TEST(HttpClient, DoesNotDecompress) {
    const auto response = answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(response->body, "abc");
    EXPECT_EQ(response->field("content-encoding"), "gzip");
}

TEST(HttpClient, ExpectsNoBodyWhereThereIsNone) {
    EXPECT_EQ(answer("HTTP/1.1 204 No Content\r\n\r\n")->status, 204u);
    EXPECT_EQ(answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")->status, 304u);
    const RawServer server(RawServer::always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    auto asking = client();
    auto request = get(server.url());
    request.method = HttpMethod::head;
    for (int i = 0; i < 2; ++i) {
        const auto response = asking.fetch(request);
        ASSERT_TRUE(ok(response));
        EXPECT_EQ(response->field("Content-Length"), "5");
        EXPECT_EQ(response->body_size, 0u);
    }
    EXPECT_EQ(server.connections(), 1u);
}

TEST(HttpClient, AStatusIsAnAnswerAndItsPageIsThrownAway) {
    const RawServer server(RawServer::always(sized("no such file", "404 Not Found")));
    auto asking = client();
    for (int i = 0; i < 2; ++i) {
        const auto response = asking.fetch(get(server.url(), {.body = 1}));
        ASSERT_TRUE(ok(response));
        EXPECT_EQ(response->status, 404u);
        EXPECT_EQ(response->body, "");
    }
    EXPECT_EQ(server.connections(), 1u);
}

TEST(HttpClient, KeepsConnectionsThatMayBeKept) {
    const struct {
        std::string answer;
        std::size_t connections;
    } cases[] = {
        {sized("hello"), 1},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", 1},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 3},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 3},
        {sized("hello") + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 3},  // an answer to no question
        {sized("hello") + "x", 3},
        {"HTTP/1.1 500 Oh\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'), 3},
    };
    for (const auto& c : cases) {
        const RawServer server(RawServer::always(c.answer));
        auto asking = client();
        for (int i = 0; i < 3; ++i)
            EXPECT_TRUE(ok(asking.fetch(get(server.url()))));
        EXPECT_EQ(server.connections(), c.connections) << c.answer.substr(0, 100);
    }
}

TEST(HttpClient, PostsOnceOnAConnectionOfItsOwn) {
    std::promise<std::string> posted;
    const RawServer server([&](RawServer::Peer& peer) {
        const auto first = peer.read_head();
        if (first.starts_with("POST")) posted.set_value(first);
        peer.send(sized("hello"));
    });
    auto asking = client();
    EXPECT_TRUE(ok(asking.fetch(get(server.url()))));
    auto request = get(server.url("/-/trees/x/sync"));
    request.method = HttpMethod::post;
    EXPECT_TRUE(ok(asking.fetch(request)));
    EXPECT_EQ(server.connections(), 2u);
    const auto head = posted.get_future().get();
    EXPECT_TRUE(head.starts_with("POST /-/trees/x/sync HTTP/1.1\r\n")) << head;
    EXPECT_NE(head.find("\r\nContent-Length: 0\r\n"), head.npos) << head;
}

TEST(HttpClient, TakesARedirectOfAPostForItsAnswer) {
    const RawServer server(RawServer::always(redirect("/elsewhere")));
    auto request = get(server.url());
    request.method = HttpMethod::post;
    const auto response = client().fetch(request);
    ASSERT_TRUE(ok(response));
    EXPECT_EQ(response->status, 302u);
    EXPECT_EQ(response->redirects, 0u);
}

TEST(HttpClient, TriesAgainWhenAKeptConnectionHasDied) {
    // Hangs up upon every second request of a connection, without a word.
    const RawServer server([](RawServer::Peer& peer) {
        if (!peer.read_head().empty()) peer.send(sized("hello"));
        peer.read_head();
    });
    auto asking = client();
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(ok(asking.fetch(get(server.url()))));
    EXPECT_EQ(server.connections(), 3u);
}

TEST(HttpClient, TriesANewConnectionOnlyOnce) {
    const RawServer server([](RawServer::Peer& peer) { peer.read_head(); });
    EXPECT_TRUE(fails_with(HttpFault::closed_early, fetch(server.url())));
    EXPECT_EQ(server.connections(), 1u);
}

TEST(HttpClient, DoesNotTryAgainOnceAnAnswerHasBegun) {
    std::atomic<int> requests = 0;
    const RawServer server([&](RawServer::Peer& peer) {
        for (;;) {
            if (peer.read_head().empty()) return;
            if (++requests == 2) {
                peer.send("HTTP/1.1 2");
                return;
            }
            peer.send(sized("hello"));
        }
    });
    auto asking = client();
    EXPECT_TRUE(ok(asking.fetch(get(server.url()))));
    EXPECT_TRUE(fails_with(HttpFault::closed_early, asking.fetch(get(server.url()))));
    EXPECT_EQ(requests, 2);
}

TEST(HttpClient, NoticesAnEndThatComesTooEarly) {
    for (const auto& bytes : {
             ""s,
             "HTTP/1.1 200 OK\r\nContent-Le"s,
             "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello"s,
             "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"s,
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"s,
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello"s,
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"s,
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"s,
             "HTTP/1.1 100 Continue\r\n\r\n"s,
         })
        EXPECT_TRUE(fails_with(HttpFault::closed_early, answer(bytes))) << bytes;
}

TEST(HttpClient, RefusesWhatIsNoProperAnswer) {
    std::string waiting;
    for (int i = 0; i < 20; ++i)
        waiting += "HTTP/1.1 102 Processing\r\n\r\n";
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (
        const auto& bytes : {
            "SSH-2.0-OpenSSH\r\n\r\n"s,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"s,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"s,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"s,
            waiting,
            chunked + "x\r\n",
            chunked + "5\r\nhelloX\r\n0\r\n\r\n",
            chunked + "fffffffffffffffff\r\n",
            chunked + "-5\r\nhello\r\n",
            chunked + "5;" + std::string(200'000, 'x'),
        })
        EXPECT_TRUE(fails_with(HttpFault::malformed, answer(bytes))) << bytes.substr(0, 200);
}

TEST(HttpClient, EndsAHeadThatHasNoEnd) {
    const RawServer lines([](RawServer::Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\n");
        while (peer.send("A: " + std::string(1000, 'b') + "\r\n")) {
        }
    });
    EXPECT_TRUE(fails_with(HttpFault::head_too_large, fetch(lines.url())));
    const RawServer line([](RawServer::Peer& peer) {
        peer.read_head();
        while (peer.send(std::string(1000, 'b'))) {
        }
    });
    EXPECT_TRUE(fails_with(HttpFault::head_too_large, fetch(line.url())));
}

TEST(HttpClient, EndsABodyThatIsTooLarge) {
    const RawServer endless([](RawServer::Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        while (peer.send(std::string(1000, 'b'))) {
        }
    });
    EXPECT_TRUE(fails_with(HttpFault::body_too_large, fetch(endless.url(), {.body = 100'000})));
    const RawServer chunks([](RawServer::Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("4\r\nabcd\r\n")) {
        }
    });
    EXPECT_TRUE(fails_with(HttpFault::body_too_large, fetch(chunks.url(), {.body = 100'000})));
    // The length alone is enough.
    EXPECT_TRUE(fails_with(HttpFault::body_too_large,
                           answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", {.body = 5})));
    EXPECT_TRUE(ok(answer(sized("hello"), {.body = 5})));
}

bool hangs_up_within(RawServer::Peer& peer, std::chrono::milliseconds time) {
    pollfd socket{.fd = peer.socket().native_handle(), .events = POLLIN, .revents = 0};
    return ::poll(&socket, 1, static_cast<int>(time.count())) != 0;
}

TEST(HttpClient, WaitsForNobodyForEver) {
    const RawServer silent([](RawServer::Peer& peer) { peer.wait_for_end(); });
    EXPECT_TRUE(fails_with(HttpFault::timed_out, fetch(silent.url(), {.silence = 100ms})));
    const RawServer half([](RawServer::Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello");
        peer.wait_for_end();
    });
    EXPECT_TRUE(fails_with(HttpFault::timed_out, fetch(half.url(), {.silence = 100ms})));
    // A byte now and then keeps silence away, but not the end of the time for all.
    const RawServer drip([](RawServer::Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        while (!hangs_up_within(peer, 5ms) && peer.send("x")) {
        }
    });
    EXPECT_TRUE(fails_with(HttpFault::timed_out, fetch(drip.url(), {.silence = 30s, .total = 200ms})));
}

// Says the beginning, and then the rest again and again, a byte each few milliseconds.
RawServer::Serve dripping(const std::string& beginning, const std::string& rest) {
    return [beginning, rest](RawServer::Peer& peer) {
        peer.read_head();
        peer.send(beginning);
        for (std::size_t at = 0; !hangs_up_within(peer, 5ms); ++at)
            if (!peer.send(rest.substr(at % rest.size(), 1))) return;
    };
}

// Far from the end of the time for all.
testing::AssertionResult is_soon_given_up(const RawServer& server) {
    const auto begun = std::chrono::steady_clock::now();
    const auto response = fetch(server.url(), {.silence = 200ms, .total = 20s});
    const auto time = std::chrono::steady_clock::now() - begun;
    if (time > 10s) return testing::AssertionFailure() << "it was waited for";
    return fails_with(HttpFault::timed_out, response);
}

TEST(HttpClient, WaitsForNoHeadWhoseBytesKeepComing) {
    EXPECT_TRUE(is_soon_given_up(RawServer(dripping("HTTP/1.1 200 OK\r\n", "A: b\r\n"))));
    // Nor for heads that say "wait", each of which comes in time.
    EXPECT_TRUE(is_soon_given_up(RawServer([](RawServer::Peer& peer) {
        peer.read_head();
        while (!hangs_up_within(peer, 100ms) && peer.send("HTTP/1.1 102 Processing\r\n\r\n")) {
        }
    })));
}

TEST(HttpClient, WaitsForNothingAroundChunksThatKeepsComing) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_TRUE(is_soon_given_up(RawServer(dripping(chunked + "4;", "a"))));
    EXPECT_TRUE(is_soon_given_up(RawServer(dripping(chunked + "4\r\nabcd\r\n0\r\n", "A: b\r\n"))));
}

// Counts what it is given.
class Counter final : public HttpSink {
public:
    Result<Use> begin(const HttpResponse& head) override {
        ++begun;
        EXPECT_EQ(head.status, 200u);
        return use;
    }
    asio::awaitable<Status> take(ByteSpan piece) override {
        EXPECT_LE(piece.size(), 64u << 10);
        bytes += piece.size();
        if (bytes >= enough) co_return Error(Fault::no_space, "the disk is full");
        co_return Status();
    }

    Result<Use> use = Use::take;
    Bytes enough = HttpLimits::any_size;
    Bytes bytes = 0;
    int begun = 0;
};

TEST(HttpClient, StreamsALargeBodyInPieces) {
    constexpr Bytes size = 50'000'000;
    const RawServer server([](RawServer::Peer& peer) {
        const std::string piece(1'000'000, 'x');
        while (!peer.read_head().empty()) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
            for (Bytes sent = 0; sent < size && peer.send(piece); sent += piece.size()) {
            }
        }
    });
    auto asking = client();
    Counter counter;
    const auto response = asking.fetch(get(server.url(), {.body = HttpLimits::any_size}), &counter);
    ASSERT_TRUE(ok(response));
    EXPECT_EQ(counter.bytes, size);
    EXPECT_EQ(response->body_size, size);
    EXPECT_EQ(response->body, "");

    Counter leaving;
    leaving.use = HttpSink::Use::leave;
    EXPECT_TRUE(ok(asking.fetch(get(server.url(), {.body = HttpLimits::any_size}), &leaving)));
    EXPECT_EQ(leaving.bytes, 0u);

    Counter full;
    full.enough = 100'000;
    EXPECT_TRUE(test::fails_with(Fault::no_space,
                                 asking.fetch(get(server.url(), {.body = HttpLimits::any_size}), &full)));
    Counter unwilling;
    unwilling.use = Error(Fault::refused, "not that one");
    EXPECT_TRUE(test::fails_with(
        Fault::refused, asking.fetch(get(server.url(), {.body = HttpLimits::any_size}), &unwilling)));
}

TEST(HttpClient, GivesASinkNothingButGoodAnswers) {
    const RawServer server(RawServer::once(sized("no", "404 Not Found")));
    Counter counter;
    EXPECT_EQ(client().fetch(get(server.url()), &counter)->status, 404u);
    EXPECT_EQ(counter.begun, 0);
}

TEST(HttpClient, StopsWhenAsked) {
    std::stop_source stop;
    std::atomic<bool> asked = false;
    const RawServer server([&](RawServer::Peer& peer) {
        peer.read_head();
        asked = true;
        stop.request_stop();
        peer.wait_for_end();
    });
    auto asking = client();
    EXPECT_TRUE(fails_with(HttpFault::stopped, asking.fetch(get(server.url()), nullptr, stop.get_token())));
    EXPECT_TRUE(asked);
    // Fit for another one afterwards.
    const RawServer good(RawServer::once(sized("hello")));
    EXPECT_TRUE(ok(asking.fetch(get(good.url()))));
    EXPECT_TRUE(fails_with(HttpFault::stopped, asking.fetch(get(good.url()), nullptr, stop.get_token())));
}

TEST(HttpClient, FetchesSeveralAtOnce) {
    // Nobody is answered before all have asked.
    std::atomic<int> waiting = 4;
    std::promise<void> last_one;
    const auto all_asked = last_one.get_future().share();
    const RawServer server([&](RawServer::Peer& peer) {
        while (!peer.read_head().empty()) {
            if (--waiting == 0) last_one.set_value();
            if (all_asked.wait_for(30s) == std::future_status::timeout) return;
            peer.send(sized("hello"));
        }
    });
    asio::io_context context;
    auto asking = HttpClient::make({}).value();
    int answered = 0;
    for (int i = 0; i < 4; ++i) {
        auto ended = [&](const std::exception_ptr&, const Result<HttpResponse>& response) {
            EXPECT_TRUE(ok(response));
            ++answered;
        };
        asio::co_spawn(context, asking.fetch(get(server.url())), ended);
    }
    context.run();
    EXPECT_EQ(answered, 4);
    EXPECT_EQ(server.connections(), 4u);
}

}  // namespace
}  // namespace mirrorseed
