// The client's side of TLS: whom we trust, and whether a server is who it says.
//
// TLS 1.2 and later. A certificate must be signed by somebody in the system's
// store (SSL_CERT_FILE and SSL_CERT_DIR move it) or in the extra file, be valid
// today and name the host that was asked for; there is no way to switch that off.
// One TlsClient serves any number of connections of one thread.
#pragma once

#include "core/result.hpp"

#include <memory>
#include <string>

// Named only, so that few files read OpenSSL's and Asio's headers.
struct ssl_st;
namespace boost::asio::ssl {
class context;
}

namespace mirrorseed {

// The newest of OpenSSL's own words, or ours when it has none. It forgets them all.
std::string openssl_reason(const char* otherwise = "OpenSSL does not say why");

class TlsClient {
public:
    // `ca_file`: certificates in PEM that are trusted besides the system's; may be empty.
    static Result<TlsClient> make(const std::string& ca_file);

    ~TlsClient();
    TlsClient(TlsClient&&) noexcept;
    TlsClient& operator=(TlsClient&&) noexcept;

    boost::asio::ssl::context& context() noexcept { return *context_; }

    // Before the handshake: ask for this host (SNI), and accept no certificate that does not name it.
    static Status expect_host(ssl_st* connection, const std::string& host);
    // After a handshake that failed: the HttpFault and a sentence that says what is wrong with whose
    // certificate.
    static Error why_failed(ssl_st* connection, const std::string& host,
                            const boost::system::error_code& code);

private:
    explicit TlsClient(std::unique_ptr<boost::asio::ssl::context> context);
    std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace mirrorseed
