// The client against servers whose certificates are good, and against those whose are not.

#include "core/http/http_client.hpp"
#include "core/http/http_fault.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <atomic>

namespace mirrorseed {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using test::ok;
using test::RawServer;
using testing::HasSubstr;

class Tls : public testing::Test {
protected:
    static void SetUpTestSuite() {
        certificates_ = new test::Certificates;
        certificates_->make("good", "IP:127.0.0.1,DNS:localhost");
        certificates_->make("other", "DNS:other.example,DNS:*.0.0.1");
        certificates_->make("expired", "IP:127.0.0.1", -1);
    }
    static void TearDownTestSuite() { delete certificates_; }

    enum class End { orderly, cut };

    // Answers as a server with that certificate: with a body that ends when the connection does.
    static RawServer::Serve server(const std::string& certificate, End end = End::orderly,
                                   ssl::context::method method = ssl::context::tls_server) {
        return [=](RawServer::Peer& peer) {
            ssl::context context(method);
            context.use_certificate_chain_file(certificates_->chain(certificate));
            context.use_private_key_file(certificates_->key(certificate), ssl::context::pem);
            ssl::stream<asio::ip::tcp::socket&> stream(peer.socket(), context);
            boost::system::error_code code;
            stream.handshake(ssl::stream_base::server, code);
            if (code) return;
            std::string head;
            asio::read_until(stream, asio::dynamic_buffer(head), "\r\n\r\n", code);
            names_seen_ =
                SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name) == nullptr ? 0 : 1;
            asio::write(stream, asio::buffer(std::string("HTTP/1.1 200 OK\r\n\r\nsecret")), code);
            if (end == End::orderly) stream.shutdown(code);
        };
    }

    static Result<HttpResponse> fetch(const RawServer& server, const std::string& host = "127.0.0.1",
                                      const std::string& ca_file = certificates_->authority()) {
        HttpClientOptions options;
        options.ca_file = ca_file;
        const auto url =
            HttpUrl::parse("https://" + host + ":" + std::to_string(server.port()) + "/").value();
        return BlockingHttpClient::make(std::move(options)).value().fetch({.url = url});
    }

    static testing::AssertionResult fails(HttpFault fault, const std::string& words,
                                          const Result<HttpResponse>& response) {
        if (response) return testing::AssertionFailure() << "it succeeded";
        const auto text = response.error().text();
        if (http_fault_of(response.error()) == fault && text.find(words) != text.npos)
            return testing::AssertionSuccess();
        return testing::AssertionFailure() << "it failed with \"" << text << '"';
    }

    static test::Certificates* certificates_;
    static std::atomic<int> names_seen_;
};
test::Certificates* Tls::certificates_ = nullptr;
std::atomic<int> Tls::names_seen_ = -1;

TEST_F(Tls, TrustsAGoodCertificate) {
    const RawServer good(server("good"));
    const auto response = fetch(good);
    ASSERT_TRUE(ok(response));
    EXPECT_EQ(response->body, "secret");
    EXPECT_EQ(names_seen_, 0);
}

TEST_F(Tls, NamesTheHostThatItWants) {
    const RawServer good(server("good"));
    EXPECT_TRUE(ok(fetch(good, "localhost")));
    EXPECT_EQ(names_seen_, 1);
}

TEST_F(Tls, RefusesACertificateForAnotherName) {
    const RawServer other(server("other"));
    EXPECT_TRUE(
        fails(HttpFault::bad_certificate, "the certificate of 127.0.0.1 is for another name", fetch(other)));
    EXPECT_TRUE(fails(HttpFault::bad_certificate, "the certificate of localhost is for another name",
                      fetch(other, "localhost")));
}

TEST_F(Tls, RefusesACertificateThatHasExpired) {
    const RawServer expired(server("expired"));
    EXPECT_TRUE(fails(HttpFault::bad_certificate, "has expired", fetch(expired)));
}

TEST_F(Tls, RefusesACertificateThatNobodyTrustedHasSigned) {
    const RawServer good(server("good"));
    EXPECT_TRUE(fails(HttpFault::bad_certificate, "is not trusted", fetch(good, "127.0.0.1", "")));
}

TEST_F(Tls, RefusesOldProtocols) {
    const RawServer old(server("good", End::orderly, ssl::context::tlsv11_server));
    EXPECT_TRUE(fails(HttpFault::no_tls, "TLS with 127.0.0.1 failed", fetch(old)));
}

TEST_F(Tls, TellsThatAServerSpeaksNone) {
    const RawServer chatty([](RawServer::Peer& peer) {
        peer.send("220 ready\r\n");
        peer.wait_for_end();
    });
    EXPECT_TRUE(fails(HttpFault::no_tls, "TLS with 127.0.0.1 failed", fetch(chatty)));
}

TEST_F(Tls, TakesAnEndThatAnybodyCouldHaveMadeForNone) {
    const RawServer cut(server("good", End::cut));
    EXPECT_TRUE(fails(HttpFault::closed_early, "", fetch(cut)));
}

TEST_F(Tls, SaysWhenAFileHoldsNoCertificates) {
    for (const auto& file : {certificates_->key("good"), certificates_->authority() + ".missing"}) {
        HttpClientOptions options;
        options.ca_file = file;
        EXPECT_TRUE(test::fails_with(Fault::bad_input, HttpClient::make(std::move(options))));
    }
}

TEST_F(Tls, GoesThroughAProxysTunnel) {
    std::string asked;
    const RawServer proxy([&](RawServer::Peer& peer) {
        asked = peer.read_head();
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        server("good")(peer);
    });
    const auto proxy_url = HttpUrl::parse(proxy.url()).value();
    const auto url = HttpUrl::parse("https://localhost:4443/").value();
    HttpClientOptions options;
    options.ca_file = certificates_->authority();
    options.route.manners.proxy = proxy_url;
    auto client = BlockingHttpClient::make(std::move(options)).value();
    const auto response = client.fetch({.url = url});
    ASSERT_TRUE(ok(response));
    EXPECT_EQ(response->body, "secret");
    EXPECT_THAT(asked, testing::StartsWith("CONNECT localhost:4443 HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace mirrorseed
