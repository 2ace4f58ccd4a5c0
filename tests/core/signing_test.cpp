#include "core/signing.hpp"

#include "core/text.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::fails_with;
using test::ok;

// RFC 8032, section 7.1, test 1.
constexpr const char* rfc_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* rfc_public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
constexpr const char* rfc_signature_of_nothing =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0"
    "595bbe24655141438e7a100b";

// `openssl genpkey -algorithm x25519`, and an Ed25519 key behind a passphrase.
constexpr const char* x25519_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VuBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

TEST(Signing, AgreesWithTheRfc) {
    const auto key = SigningKey::parse_pem(rfc_key);
    ASSERT_TRUE(ok(key));
    EXPECT_EQ(key->public_key().str(), rfc_public);
    EXPECT_EQ(to_hex(key->sign({})), rfc_signature_of_nothing);
}

TEST(Signing, APublicKeyVerifiesWhatItsOwnKeySigned) {
    const auto key = SigningKey::generate(), other = SigningKey::generate();
    const auto signature = key.sign(as_bytes("head"));
    EXPECT_TRUE(key.public_key().verifies(as_bytes("head"), signature));
    EXPECT_FALSE(key.public_key().verifies(as_bytes("heap"), signature));
    EXPECT_FALSE(other.public_key().verifies(as_bytes("head"), signature));
    EXPECT_FALSE(key.public_key() == other.public_key());
}

TEST(Signing, ASignatureOfAnotherLengthOrValueIsRefused) {
    const auto key = SigningKey::generate();
    auto signature = key.sign(as_bytes("head"));
    EXPECT_FALSE(key.public_key().verifies(as_bytes("head"), ByteSpan(signature).first(63)));
    EXPECT_FALSE(key.public_key().verifies(as_bytes("head"), {}));
    signature[10] ^= 1;
    EXPECT_FALSE(key.public_key().verifies(as_bytes("head"), signature));
}

TEST(Signing, AKeySurvivesItsPem) {
    const auto key = SigningKey::generate();
    const auto again = SigningKey::parse_pem(key.pem());
    ASSERT_TRUE(ok(again));
    EXPECT_EQ(again->public_key(), key.public_key());
    EXPECT_EQ(again->sign(as_bytes("x")), key.sign(as_bytes("x")));
}

TEST(Signing, FindsAKeyBelowOtherText) {
    EXPECT_TRUE(ok(SigningKey::parse_pem("the key of node 7\n" + std::string(rfc_key))));
}

TEST(Signing, RefusesWhatIsNoPlainEd25519Key) {
    auto cut = std::string(rfc_key);
    cut.resize(60);
    auto flipped = std::string(rfc_key);
    flipped[30] = '!';
    const auto encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBA=\n-----END "
        "ENCRYPTED "
        "PRIVATE KEY-----\n";
    const auto public_half =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
        "-----END PUBLIC KEY-----\n";
    for (const auto& pem : {std::string(), std::string("garbage"), cut, flipped, std::string(x25519_key),
                            std::string(encrypted), std::string(public_half)})
        EXPECT_TRUE(fails_with(Fault::bad_input, SigningKey::parse_pem(pem))) << pem;
}

TEST(Signing, APublicKeyIsReadFromItsBase64) {
    const auto key = PublicKey::parse(rfc_public);
    ASSERT_TRUE(ok(key));
    EXPECT_EQ(key->str(), rfc_public);
    for (const auto* text : {"", "AAAA", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", "not base64 at all"})
        EXPECT_TRUE(fails_with(Fault::bad_input, PublicKey::parse(text))) << text;
}

}  // namespace
}  // namespace mirrorseed
