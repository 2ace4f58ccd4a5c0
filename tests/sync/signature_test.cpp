#include "sync/signature.hpp"

#include "core/system/subprocess.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::fails_with;
using test::ok;

// A home of GnuPG's with the keys that a test makes, shared by the tests of this file.
class Gpg {
public:
    Gpg() {
        folder_.mode("", 0700);
        for (const auto* name : {"alice", "bob", "mallory"})
            run({"--quick-gen-key", name, "ed25519", "sign", "never"});
        run({"--faked-system-time", "20200101T000000", "--quick-gen-key", "old", "ed25519", "sign", "1d"});
    }
    ~Gpg() {
        (void)run_program(
            {.arguments = {"gpgconf", "--homedir", home(), "--kill", "all"}, .environment = {}});
    }

    std::string run(std::vector<std::string> arguments, const std::string& input = {}) const {
        Program gpg{.arguments = {"gpg", "--homedir", home(), "--batch", "--quiet", "--passphrase", "",
                                  "--pinentry-mode", "loopback"},
                    .environment = {"PATH=" + std::string(Program::search_path)}};
        gpg.arguments.insert(gpg.arguments.end(), arguments.begin(), arguments.end());
        gpg.input = input;
        std::string output;
        ProgramWatch watch;
        watch.output = [&](std::string_view piece) {
            output += piece;
            return Status();
        };
        const auto end = run_program(gpg, watch).value();
        EXPECT_TRUE(end.is_good()) << end.errors;
        return output;
    }
    Keyring keyring(std::vector<std::string> names) const {
        names.insert(names.begin(), "--export");
        return Keyring::parse(run(std::move(names))).value();
    }
    std::string detached(const std::string& text, const std::string& who) const {
        return run({"--local-user", who, "--detach-sign"}, text);
    }
    std::string clear_signed(const std::string& text, const std::string& who) const {
        return run({"--local-user", who, "--clear-sign"}, text);
    }

    std::string home() const { return folder_.path(); }

private:
    test::TempFolder folder_;
};

const Gpg& gpg() {
    static const Gpg one;
    return one;
}

const std::string text = "ba7816bf  a.iso\n- b.iso\n";

TEST(Signature, AcceptsWhatATrustedKeyMade) {
    const auto keyring = gpg().keyring({"alice"});
    const auto found = verify_detached(keyring, text, gpg().detached(text, "alice"));
    ASSERT_TRUE(ok(found));
    EXPECT_EQ(found->text, text);
    ASSERT_EQ(found->fingerprints.size(), 1U);
    EXPECT_EQ(found->fingerprints[0].size(), 40U);
    const auto clear = verify_clear_signed(keyring, gpg().clear_signed(text, "alice"));
    ASSERT_TRUE(ok(clear));
    EXPECT_EQ(clear->text, text);
}

TEST(Signature, AcceptsArmouredSignaturesAndKeys) {
    const auto armoured = gpg().run({"--armor", "--export", "bob"}) + "\nbetween\n" +
                          gpg().run({"--armor", "--export", "alice"});
    const auto keyring = Keyring::parse(armoured);
    ASSERT_TRUE(ok(keyring));
    EXPECT_EQ(keyring->bytes(), gpg().keyring({"bob"}).bytes() + gpg().keyring({"alice"}).bytes());
    const auto signature = gpg().run({"--armor", "--local-user", "alice", "--detach-sign"}, text);
    EXPECT_TRUE(ok(verify_detached(*keyring, text, signature)));
}

TEST(Signature, TakesKeyboxesForKeyrings) {
    const auto keyring = Keyring::read(gpg().home() + "/pubring.kbx");
    ASSERT_TRUE(ok(keyring));
    EXPECT_TRUE(ok(verify_detached(*keyring, text, gpg().detached(text, "bob"))));
}

TEST(Signature, RefusesTextThatWasChanged) {
    const auto keyring = gpg().keyring({"alice"});
    const auto detached = verify_detached(keyring, text + "more\n", gpg().detached(text, "alice"));
    EXPECT_TRUE(fails_with(Fault::bad_input, detached));
    EXPECT_NE(detached.error().text().find("is bad"), std::string::npos) << detached.error().text();
    auto clear = gpg().clear_signed(text, "alice");
    clear[clear.find("a.iso")] = 'x';
    EXPECT_TRUE(fails_with(Fault::bad_input, verify_clear_signed(keyring, clear)));
}

TEST(Signature, RefusesAKeyThatItDoesNotHave) {
    const auto found = verify_detached(gpg().keyring({"alice"}), text, gpg().detached(text, "mallory"));
    EXPECT_TRUE(fails_with(Fault::bad_input, found));
    EXPECT_NE(found.error().text().find("which the keyring does not have"), std::string::npos)
        << found.error().text();
}

TEST(Signature, RefusesAKeyThatHasExpired) {
    const auto signature =
        gpg().run({"--faked-system-time", "20200101T010000", "--local-user", "old", "--detach-sign"}, text);
    const auto found = verify_detached(gpg().keyring({"old"}), text, signature);
    EXPECT_TRUE(fails_with(Fault::bad_input, found));
    EXPECT_NE(found.error().text().find("has expired"), std::string::npos) << found.error().text();
}

TEST(Signature, RefusesWhatIsNoneOrCutShort) {
    const auto keyring = gpg().keyring({"alice"});
    const auto signature = gpg().detached(text, "alice");
    for (const auto& bad : {std::string(), std::string("<html>"), signature.substr(0, signature.size() / 2)})
        EXPECT_TRUE(fails_with(Fault::bad_input, verify_detached(keyring, text, bad)));
    const auto clear = gpg().clear_signed(text, "alice");
    for (const auto& bad :
         {text, clear.substr(0, clear.size() / 2), clear.substr(0, clear.find("-----BEGIN PGP SIGNATURE"))})
        EXPECT_TRUE(fails_with(Fault::bad_input, verify_clear_signed(keyring, bad))) << bad;
    EXPECT_TRUE(
        fails_with(Fault::bad_input, verify_clear_signed(keyring, gpg().run({"--armor", "--store"}, text))));
}

TEST(Signature, BelievesNothingBesideTheSignedText) {
    const auto keyring = gpg().keyring({"alice"});
    const auto found = verify_clear_signed(keyring, gpg().clear_signed(text, "alice") + "ffff  evil.iso\n");
    EXPECT_TRUE(!found || found->text == text);
    const auto twice = verify_clear_signed(
        keyring, gpg().clear_signed(text, "alice") + gpg().clear_signed("evil\n", "mallory"));
    EXPECT_TRUE(!twice || twice->text == text);
}

TEST(Signature, LooksAtAllOfThem) {
    const auto both = gpg().detached(text, "alice") + gpg().detached(text, "mallory");
    EXPECT_TRUE(ok(verify_detached(gpg().keyring({"alice", "mallory"}), text, both)));
    const auto one_unknown = verify_detached(gpg().keyring({"alice"}), text, both);
    ASSERT_TRUE(ok(one_unknown));
    EXPECT_EQ(one_unknown->fingerprints.size(), 1U);
    const auto one_bad = gpg().detached(text, "alice") + gpg().detached("other", "bob");
    EXPECT_TRUE(
        fails_with(Fault::bad_input, verify_detached(gpg().keyring({"alice", "bob"}), text, one_bad)));
}

TEST(Signature, RefusesKeyringsThatAreDamaged) {
    auto armoured = gpg().run({"--armor", "--export", "alice"});
    EXPECT_TRUE(fails_with(Fault::bad_input, Keyring::parse(armoured.substr(0, armoured.size() / 2))));
    const auto in_body = armoured.find("\n\n") + 20;
    armoured[in_body] = armoured[in_body] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(fails_with(Fault::bad_input, Keyring::parse(armoured)));
    EXPECT_TRUE(fails_with(Fault::bad_input, Keyring::parse("")));
    EXPECT_TRUE(fails_with(Fault::bad_input, Keyring::parse("no key")));
    const auto missing = Keyring::read("/nowhere/keyring.gpg");
    EXPECT_FALSE(missing);
}

TEST(Signature, IsJudgedByStatusLines) {
    const std::string good =
        "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0123 alice\n[GNUPG:] VALIDSIG ABCD 2026-11-21\n";
    EXPECT_EQ(judge_signatures(good).value(), (std::vector<std::string>{"ABCD"}));
    for (const auto* line : {"EXPSIG 0123 x", "EXPKEYSIG 0123 x", "REVKEYSIG 0123 x"}) {
        const auto outlived =
            std::string("[GNUPG:] NEWSIG\n[GNUPG:] ") + line + "\n[GNUPG:] VALIDSIG FEDC 2020-01-01\n";
        EXPECT_TRUE(fails_with(Fault::bad_input, judge_signatures(outlived))) << line;
        for (const auto& both : {good + outlived, outlived + good})
            EXPECT_EQ(judge_signatures(both).value(), (std::vector<std::string>{"ABCD"})) << line;
    }
    EXPECT_TRUE(fails_with(Fault::bad_input, judge_signatures("[GNUPG:] ERRSIG 0123 1 10 00 1 4 FFFF\n")));
    for (const auto* line : {"BADSIG 0123 x"})
        EXPECT_TRUE(fails_with(Fault::bad_input, judge_signatures(good + "[GNUPG:] " + line + "\n"))) << line;
    EXPECT_TRUE(
        ok(judge_signatures(good + "[GNUPG:] ERRSIG 0123 1 10 00 1 9 FFFF\n[GNUPG:] NO_PUBKEY 0123\n")));
    EXPECT_FALSE(judge_signatures("[GNUPG:] GOODSIG 0123 alice\n"));
    EXPECT_FALSE(judge_signatures("[GNUPG:] VALIDSIG ABCD\n"));
    EXPECT_FALSE(judge_signatures("gpgv: [GNUPG:] GOODSIG 0123 alice\nVALIDSIG ABCD\n"));
    EXPECT_FALSE(judge_signatures(""));
}

TEST(Signature, TellsWhenTheYoungestGoodOneWasMade) {
    const std::string old = "[GNUPG:] GOODSIG 01 a\n[GNUPG:] VALIDSIG AB 2020-01-01 1577836800 0 4\n",
                      young = "[GNUPG:] GOODSIG 02 b\n[GNUPG:] VALIDSIG CD 2021-01-01 1609459200 0 4\n",
                      outlived = "[GNUPG:] EXPKEYSIG 03 c\n[GNUPG:] VALIDSIG EF 2022-01-01 1640995200 0 4\n";
    EXPECT_EQ(time_of_signatures(old), 1577836800);
    EXPECT_EQ(time_of_signatures(young + old), 1609459200);
    EXPECT_EQ(time_of_signatures(old + outlived), 1577836800);
    EXPECT_EQ(time_of_signatures("[GNUPG:] GOODSIG 01 a\n[GNUPG:] VALIDSIG AB\n"), 0);
    EXPECT_EQ(time_of_signatures("[GNUPG:] GOODSIG 01 a\n[GNUPG:] VALIDSIG AB x 20200101T000000\n"), 0);
    EXPECT_EQ(time_of_signatures(""), 0);
}

}  // namespace
}  // namespace mirrorseed::sync
