#include "httpd/tls_context.hpp"

#include "core/http/tls.hpp"
#include "core/system/folder.hpp"
#include "core/text.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {
namespace {

constexpr Bytes longest_pem = 1 << 20;

// What processors do in hardware first, and the shorter key, whose strength nobody doubts.
constexpr const char* ciphers_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_of_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
// One that offers the older alone, as curl does for HTTP/1.0, gets it; what is spoken each request tells.
constexpr std::string_view protocols = "\x08http/1.1\x08http/1.0";
// Sessions of another server program with the same tickets' keys would be none of ours.
constexpr std::string_view session_context = "mirrorseed";

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

Error fault(const std::string& file, const std::string& what) {
    return {Fault::bad_input, escape_text(file) + ": " + what};
}

Bio bio_over(const std::string& text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Nobody sits there to type one. Tells that it was asked.
int refuse_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Result<std::vector<Certificate>> parse_chain(const std::string& file, const std::string& text) {
    const auto bio = bio_over(text);
    std::vector<Certificate> chain;
    for (;;) {
        Certificate next(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
        if (!next) break;
        chain.push_back(std::move(next));
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const auto reason = openssl_reason();
    if (!at_end)
        return fault(file, "certificate " + std::to_string(chain.size() + 1) + " is damaged: " + reason);
    if (chain.empty()) return fault(file, "holds no certificate in PEM");
    return chain;
}

Result<Key> parse_key(const std::string& file, const std::string& text) {
    const auto bio = bio_over(text);
    bool asked = false;
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, &asked));
    if (key) return key;
    const auto reason = openssl_reason();
    if (asked) return fault(file, "is locked by a passphrase, and nobody is there to type it");
    if (text.find("PRIVATE KEY-----") == std::string::npos) return fault(file, "holds no private key in PEM");
    return fault(file, "the private key is damaged: " + reason);
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    unsigned char* found = nullptr;
    const auto verdict =
        SSL_select_next_proto(&found, chosen_size, reinterpret_cast<const unsigned char*>(protocols.data()),
                              protocols.size(), offered, offered_size);
    *chosen = found;
    return verdict == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

TlsContext new_context() {
    TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    auto* raw = context.get();
    const auto* session = reinterpret_cast<const unsigned char*>(session_context.data());
    if (raw == nullptr || SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(raw, ciphers_of_1_2) != 1 ||
        SSL_CTX_set_ciphersuites(raw, ciphers_of_1_3) != 1 ||
        SSL_CTX_set_session_id_context(raw, session, session_context.size()) != 1)
        throw Failure(Error(Fault::failed, "OpenSSL has no TLS 1.2: " + openssl_reason()));
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_ENABLE_KTLS);
    // Without RELEASE_BUFFERS each idle connection would hold 34 KiB more.
    SSL_CTX_set_mode(
        raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    // A record in one call to the kernel rather than two.
    SSL_CTX_set_read_ahead(raw, 1);
    // The tickets hold the sessions.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return context;
}

}  // namespace

Result<TlsPem> read_tls_files(const TlsFiles& files) {
    auto certificate = read_file(files.certificate, longest_pem);
    if (!certificate) return certificate.error();
    auto key = read_file(files.key, longest_pem);
    if (!key) return key.error();
    return TlsPem{files, std::move(*certificate), std::move(*key)};
}

Result<TlsContext> load_tls_context(const TlsFiles& files) {
    const auto pem = read_tls_files(files);
    return pem ? make_tls_context(*pem) : pem.error();
}

Result<TlsContext> make_tls_context(const TlsPem& pem) {
    const auto& files = pem.names;
    ERR_clear_error();
    auto chain = parse_chain(files.certificate, pem.certificate);
    if (!chain) return chain.error();
    const auto key = parse_key(files.key, pem.key);
    if (!key) return key.error();

    auto context = new_context();
    if (SSL_CTX_use_certificate(context.get(), chain->front().get()) != 1)
        return fault(files.certificate, "the certificate cannot be used: " + openssl_reason());
    for (std::size_t i = 1; i < chain->size(); ++i)
        if (SSL_CTX_add1_chain_cert(context.get(), (*chain)[i].get()) != 1)
            return fault(files.certificate,
                         "certificate " + std::to_string(i + 1) + " cannot be used: " + openssl_reason());
    if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
        ERR_clear_error();
        return fault(files.key, "is not the key of the certificate in " + escape_text(files.certificate));
    }
    if (SSL_CTX_use_PrivateKey(context.get(), key->get()) != 1)
        return fault(files.key, "the key cannot be used: " + openssl_reason());
    return context;
}

}  // namespace mirrorseed::httpd
