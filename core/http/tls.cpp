#include "core/http/tls.hpp"

#include "core/http/http_fault.hpp"
#include "core/text.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>

#include <array>

namespace mirrorseed {
namespace ssl = boost::asio::ssl;
namespace {

bool is_address(const std::string& host) {
    boost::system::error_code code;
    boost::asio::ip::make_address(host, code);
    return !code;
}

Error bad_certificate(const std::string& host, const std::string& why) {
    return http_error(HttpFault::bad_certificate, "the certificate of " + host + " " + why);
}

}  // namespace

std::string openssl_reason(const char* otherwise) {
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? otherwise : reason;
}

TlsClient::TlsClient(std::unique_ptr<ssl::context> context) : context_(std::move(context)) {}
TlsClient::~TlsClient() = default;
TlsClient::TlsClient(TlsClient&&) noexcept = default;
TlsClient& TlsClient::operator=(TlsClient&&) noexcept = default;

Result<TlsClient> TlsClient::make(const std::string& ca_file) {
    boost::system::error_code code;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
    auto* raw = context->native_handle();
    constexpr std::array<unsigned char, 9> alpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    if (SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_alpn_protos(raw, alpn.data(), alpn.size()) != 0)
        throw Failure(Error(Fault::failed, "OpenSSL has no TLS 1.2"));
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    context->set_verify_mode(ssl::verify_peer, code);
    context->set_default_verify_paths(code);
    if (!ca_file.empty() && SSL_CTX_load_verify_file(raw, ca_file.c_str()) != 1)
        return Error(Fault::bad_input,
                     escape_text(ca_file) + ": no certificates in PEM: " + openssl_reason("cannot read it"));
    return TlsClient(std::move(context));
}

Status TlsClient::expect_host(ssl_st* connection, const std::string& host) {
    auto* wanted = SSL_get0_param(connection);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // An address has no SNI (RFC 6066 section 3) and must stand in the certificate as an address.
    const bool set = is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1
                                      : X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1 &&
                                            SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
    if (!set) return http_error(HttpFault::no_tls, host + " is no name for TLS");
    return {};
}

Error TlsClient::why_failed(ssl_st* connection, const std::string& host,
                            const boost::system::error_code& code) {
    switch (const auto verdict = SSL_get_verify_result(connection); verdict) {
        case X509_V_OK:
            return http_error(HttpFault::no_tls, "TLS with " + host + " failed: " + code.message());
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return bad_certificate(host, "is for another name");
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return bad_certificate(host, "has expired");
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return bad_certificate(host, "is not valid yet");
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_UNTRUSTED:
            return bad_certificate(host,
                                   std::string("is not trusted: ") + X509_verify_cert_error_string(verdict));
        default:
            return bad_certificate(host,
                                   std::string("is not good: ") + X509_verify_cert_error_string(verdict));
    }
}

}  // namespace mirrorseed
