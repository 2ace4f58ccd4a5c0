// How the server speaks TLS: a certificate with its key, and what it agrees to.
//
// TLS 1.2 and 1.3, with AES-GCM before ChaCha20 unless the client wants it the
// other way; HTTP/1.1 alone (RFC 7301); tickets, so that a client comes back
// without a whole handshake, whichever loop it meets; no renegotiation, no
// compression, no early data. Any name that a client asks for is taken: there is
// one certificate, and the client judges whether it fits.
#pragma once

#include "core/result.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace mirrorseed::httpd {

struct TlsFiles {
    std::string certificate;  // PEM: the server's own first, then the rest of its chain
    std::string key;          // PEM, without a passphrase
};

// What they hold; the names are for people.
struct TlsPem {
    TlsFiles names;
    std::string certificate, key;
};
Result<TlsPem> read_tls_files(const TlsFiles& files);

// For any number of connections on any threads.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

// A fault is one sentence that names the file.
Result<TlsContext> load_tls_context(const TlsFiles& files);
Result<TlsContext> make_tls_context(const TlsPem& pem);

}  // namespace mirrorseed::httpd
