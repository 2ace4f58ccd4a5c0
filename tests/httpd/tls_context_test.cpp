// Certificates and keys that can be used, and what is said of those that cannot; when they are read again.

#include "httpd/tls_context.hpp"
#include "httpd/tls_identity.hpp"

#include "core/system/folder.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <string>

namespace mirrorseed::httpd {
namespace {

using test::ok;

class TlsContextTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        certificates_ = new test::Certificates;
        certificates_->make("good", "IP:127.0.0.1,DNS:localhost");
        certificates_->make("other", "DNS:other.example");
    }
    static void TearDownTestSuite() { delete certificates_; }

    static TlsFiles files(const std::string& certificate, const std::string& key) {
        return {.certificate = certificates_->chain(certificate), .key = certificates_->key(key)};
    }
    static std::string text_of(const std::string& file) { return read_file(file).value(); }
    std::string written(const std::string& name, const std::string& text) const {
        folder_.write(name, text);
        return folder_.at(name);
    }
    static std::string fault_of(const TlsFiles& files) {
        const auto loaded = load_tls_context(files);
        return loaded ? "none" : loaded.error().text();
    }

    static inline test::Certificates* certificates_ = nullptr;
    test::TempFolder folder_ = test::TempFolder::in_memory();
};

TEST_F(TlsContextTest, TakesACertificateWithItsKey) {
    EXPECT_TRUE(ok(load_tls_context(files("good", "good"))));
}

TEST_F(TlsContextTest, TakesTheChainBehindTheCertificate) {
    const auto chain = written(
        "chain.pem", text_of(certificates_->chain("good")) + "\n" + text_of(certificates_->authority()));
    const auto context = load_tls_context({.certificate = chain, .key = certificates_->key("good")});
    ASSERT_TRUE(ok(context));
    STACK_OF(X509)* behind = nullptr;
    SSL_CTX_get0_chain_certs(context->get(), &behind);
    EXPECT_EQ(sk_X509_num(behind), 1);
}

TEST_F(TlsContextTest, TakesBothFromOneFile) {
    const auto both =
        written("both.pem", text_of(certificates_->key("good")) + text_of(certificates_->chain("good")));
    EXPECT_TRUE(ok(load_tls_context({.certificate = both, .key = both})));
}

TEST_F(TlsContextTest, NamesTheFileThatIsAtFault) {
    const auto good = files("good", "good");
    const auto empty = written("empty", "");
    const auto text = text_of(good.certificate);
    const auto broken = written("broken.pem", text + text.substr(0, text.size() / 2));
    const auto garbled =
        written("garbled.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

    EXPECT_EQ(fault_of({folder_.at("none"), good.key}),
              "cannot read " + folder_.at("none") + ": No such file or directory");
    EXPECT_EQ(fault_of({empty, good.key}), empty + ": holds no certificate in PEM");
    EXPECT_EQ(fault_of({good.key, good.key}), good.key + ": holds no certificate in PEM");
    EXPECT_EQ(fault_of({broken, good.key}), broken + ": certificate 2 is damaged: bad end line");
    EXPECT_EQ(fault_of({good.certificate, empty}), empty + ": holds no private key in PEM");
    EXPECT_EQ(fault_of({good.certificate, good.certificate}),
              good.certificate + ": holds no private key in PEM");
    EXPECT_THAT(fault_of({good.certificate, garbled}),
                testing::StartsWith(garbled + ": the private key is damaged: "));
    EXPECT_EQ(fault_of(files("good", "other")), certificates_->key("other") +
                                                    ": is not the key of the certificate in " +
                                                    certificates_->chain("good"));
}

TEST_F(TlsContextTest, AsksNobodyForAPassphrase) {
    const auto locked = folder_.at("locked.key");
    const auto command =
        "openssl pkey -aes128 -passout pass:secret -in " + certificates_->key("good") + " -out " + locked;
    ASSERT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(fault_of({certificates_->chain("good"), locked}),
              locked + ": is locked by a passphrase, and nobody is there to type it");
}

TEST(StableChange, IsReadOnceItStays) {
    StableChange change("a");
    EXPECT_FALSE(change.observe("a"));
    EXPECT_FALSE(change.observe("b"));
    EXPECT_TRUE(change.observe("b"));
    EXPECT_FALSE(change.observe("b"));
    EXPECT_FALSE(change.observe("c"));
    EXPECT_FALSE(change.observe("d"));
    EXPECT_TRUE(change.observe("d"));
}

TEST(StableChange, IsNotReadWhenItComesBackToWhatItWas) {
    StableChange change("a");
    EXPECT_FALSE(change.observe("b"));
    EXPECT_FALSE(change.observe("a"));
    EXPECT_FALSE(change.observe("a"));
    change.take("c");
    EXPECT_FALSE(change.observe("c"));
}

TEST_F(TlsContextTest, ANewPairIsTakenAndABrokenOneIsNot) {
    const auto log = Log::silent();
    const TlsFiles here{.certificate = folder_.at("c.pem"), .key = folder_.at("k.pem")};
    folder_.write("c.pem", text_of(certificates_->chain("good")));
    folder_.write("k.pem", text_of(certificates_->key("good")));
    const auto identity = TlsIdentity::load(here);
    ASSERT_TRUE(ok(identity));
    const auto first = (*identity)->current();

    (*identity)->refresh(log);
    (*identity)->refresh(log);
    EXPECT_EQ((*identity)->current(), first);

    folder_.write("c.pem", text_of(certificates_->chain("other")));
    (*identity)->refresh(log);
    (*identity)->refresh(log);  // read, but it is not the key's
    EXPECT_EQ((*identity)->current(), first);

    folder_.write("k.pem", text_of(certificates_->key("other")));
    (*identity)->refresh(log);
    EXPECT_EQ((*identity)->current(), first);
    (*identity)->refresh(log);
    const auto second = (*identity)->current();
    EXPECT_NE(second, first);

    (*identity)->reload(here, log);
    EXPECT_NE((*identity)->current(), second);
}

TEST_F(TlsContextTest, KeysOfTicketsComeAndGo) {
    const auto log = Log::silent();
    const TlsFiles here{.certificate = folder_.at("c.pem"), .key = folder_.at("k.pem")};
    folder_.write("c.pem", text_of(certificates_->chain("good")));
    folder_.write("k.pem", text_of(certificates_->key("good")));
    const auto identity = TlsIdentity::load(here).value();
    const auto first = identity->current();
    const auto now = TlsIdentity::Time::clock::now();
    identity->refresh(log, now + std::chrono::hours(11));
    EXPECT_EQ(identity->current(), first);
    identity->refresh(log, now + std::chrono::hours(13));
    const auto second = identity->current();
    EXPECT_NE(second, first);
    identity->refresh(log, now + std::chrono::hours(24));
    EXPECT_EQ(identity->current(), second);
    folder_.remove("k.pem");
    identity->refresh(log, now + std::chrono::hours(24));
    identity->refresh(log, now + std::chrono::hours(24));
    EXPECT_EQ(identity->current(), second) << "a change that is no good does not count";
    identity->refresh(log, now + std::chrono::hours(37));
    EXPECT_NE(identity->current(), second) << "though the key is out of reach";
}

TEST_F(TlsContextTest, WhatIsHandedOverIsNotLookedFor) {
    const auto log = Log::silent();
    const TlsFiles nowhere{.certificate = folder_.at("c.pem"), .key = folder_.at("k.pem")};
    const auto pem = [&](const char* name) {
        return TlsPem{nowhere, text_of(certificates_->chain(name)), text_of(certificates_->key(name))};
    };
    const auto identity = TlsIdentity::handed(pem("good")).value();
    const auto first = identity->current();
    const auto now = TlsIdentity::Time::clock::now();
    folder_.write("c.pem", "a file that strangers see");
    identity->refresh(log, now);
    identity->refresh(log, now + std::chrono::seconds(1));
    EXPECT_EQ(identity->current(), first);
    identity->take_handed({nowhere, "no certificate", "no key"}, log);
    EXPECT_EQ(identity->current(), first);
    identity->take_handed(pem("good"), log);
    EXPECT_NE(identity->current(), first);
}

}  // namespace
}  // namespace mirrorseed::httpd
