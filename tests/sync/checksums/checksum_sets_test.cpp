#include "sync/checksums/checksum_sets.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mirrorseed::sync {

void PrintTo(const ChecksumSet& set, std::ostream* out) {
    *out << set.list.str() << " signed by " << set.signatures.size()
         << (set.had_signature ? ", was signed" : "");
}

namespace {

using test::digest_of_text;
using test::ok;
using test::path;

std::vector<RelPath> paths(std::initializer_list<const char*> names) {
    std::vector<RelPath> found;
    for (const auto* name : names)
        found.push_back(path(name));
    return found;
}

// "HEX  name" of a file that holds its name, unless another content is given.
std::string line(const std::string& name, const std::string& content) {
    return digest_of_text(content).hex() + "  " + name + "\n";
}
std::string line(const std::string& name) {
    return line(name, name);
}

// A signature is "good" or not; a clear-signed text is taken out of its armour when it says so.
Verifier verifier() {
    const Error bad(Fault::bad_input, "bad signature");
    const std::string begin = "-----BEGIN PGP SIGNED MESSAGE-----\ngood\n";
    return {.detached = [=](std::string_view text, std::string_view signature) -> Result<Signed> {
                if (signature == "broken gpgv") return Error(Fault::not_found, "gpgv is not installed");
                if (signature != "good") return bad;
                return Signed{std::string(text), {}};
            },
            .clear_signed = [=](std::string_view text) -> Result<Signed> {
                if (!text.starts_with(begin)) return bad;
                return Signed{std::string(text.substr(begin.size())), {}};
            }};
}
std::string armoured(const std::string& text, const char* how = "good") {
    return "-----BEGIN PGP SIGNED MESSAGE-----\n" + std::string(how) + "\n" + text;
}

ChecksumSet signed_set() {
    return {path("d/SHA256SUMS"), paths({"d/SHA256SUMS.gpg"}), false};
}

class Tree {
public:
    Tree& has(const char* name, bool fresh, const char* content = nullptr) {
        files_[path(name)] = {fresh, content ? std::optional(digest_of_text(content)) : std::nullopt};
        return *this;
    }
    FindFile find() const {
        return [this](const RelPath& name) -> std::optional<FileState> {
            const auto found = files_.find(name);
            if (found == files_.end()) return {};
            return found->second;
        };
    }
    ChecksumSets with(std::vector<ReadSet> sets) const { return ChecksumSets(std::move(sets), find()); }

private:
    std::map<RelPath, FileState> files_;
};

ReadSet read(const char* list, const std::string& text) {
    return read_set({path(list), {}, false}, {.list = text, .signatures = {}}, {}).value();
}

TEST(ChecksumSets, ReadsListsWithSomethingFreshInReach) {
    const SetNames names{
        .upstream = paths({"SHA256SUMS", "a/SHA256SUMS", "a/SHA256SUMS.gpg", "b/MD5SUMS", "b/c/MD5SUMS"}),
        .current = paths({"a/SHA256SUMS", "a/SHA256SUMS.gpg"}),
        .fresh = paths({"a/deep/file"})};
    EXPECT_EQ(sets_to_read(names),
              (std::vector<ChecksumSet>{{path("SHA256SUMS"), {}, false},
                                        {path("a/SHA256SUMS"), paths({"a/SHA256SUMS.gpg"}), true}}));
    EXPECT_TRUE(sets_to_read({.upstream = names.upstream, .current = names.current, .fresh = {}}).empty());
}

TEST(ChecksumSets, TakesASignedListWithoutAPlainOneForTheList) {
    EXPECT_EQ(sets_to_read({.upstream = paths({"k/sha256sums.asc", "k/other/SHA256SUMS.gpg"}),
                            .current = {},
                            .fresh = paths({"k/linux.tar", "k/other/x"})}),
              (std::vector<ChecksumSet>{{path("k/sha256sums.asc"), {}, false}}));
}

TEST(ChecksumSets, RemembersThatAListWasSigned) {
    const auto sets = sets_to_read({.upstream = paths({"d/SHA256SUMS"}),
                                    .current = paths({"d/SHA256SUMS", "d/SHA256SUMS.sign"}),
                                    .fresh = paths({"d/SHA256SUMS"})});
    EXPECT_EQ(sets, (std::vector<ChecksumSet>{{path("d/SHA256SUMS"), {}, true}}));
}

TEST(ChecksumSets, BelievesAListThatIsSignedWell) {
    const auto found =
        read_set(signed_set(), {.list = line("a"), .signatures = {"good"}}, verifier()).value();
    EXPECT_TRUE(found.is_signed);
    EXPECT_EQ(found.fault, "");
    ASSERT_EQ(found.files.size(), 1U);
    EXPECT_EQ(found.files[0].path, path("d/a"));
}

TEST(ChecksumSets, BelievesNoListThatIsSignedBadly) {
    const auto found = read_set(signed_set(), {.list = line("a"), .signatures = {"no"}}, verifier()).value();
    EXPECT_EQ(found.fault, "the checksum list d/SHA256SUMS is not signed well: bad signature");
    EXPECT_TRUE(found.files.empty());
    EXPECT_EQ(found.waiting, paths({"d/a"}));
}

TEST(ChecksumSets, IsContentWithOneGoodSignature) {
    auto set = signed_set();
    set.signatures.push_back(path("d/SHA256SUMS.sign"));
    EXPECT_TRUE(
        read_set(set, {.list = line("a"), .signatures = {"no", "good"}}, verifier()).value().is_signed);
}

TEST(ChecksumSets, ParsesOnlyWhatWasSigned) {
    const ChecksumSet set{path("CHECKSUM"), {}, false};
    const auto found = read_set(set, {.list = armoured(line("a")), .signatures = {}}, verifier()).value();
    EXPECT_TRUE(found.is_signed);
    EXPECT_EQ(found.files.size(), 1U);
    EXPECT_NE(read_set(set, {.list = armoured(line("a"), "bad"), .signatures = {}}, verifier()).value().fault,
              "");
}

TEST(ChecksumSets, ComparesAListWithItsSignedCopy) {
    const ChecksumSet set{path("SHA256SUMS"), paths({"SHA256SUMS.asc"}), false};
    const auto same =
        read_set(set, {.list = line("a"), .signatures = {armoured(line("a"))}}, verifier()).value();
    EXPECT_TRUE(same.is_signed);
    const auto other =
        read_set(set, {.list = line("a", "evil"), .signatures = {armoured(line("a"))}}, verifier()).value();
    EXPECT_EQ(other.fault,
              "the checksum list SHA256SUMS is not signed well: it is not what its signed copy says");
}

TEST(ChecksumSets, MissesASignatureThatIsGone) {
    ChecksumSet set{path("SHA256SUMS"), {}, true};
    const SetTexts texts{.list = line("a"), .signatures = {}};
    EXPECT_EQ(read_set(set, texts, verifier()).value().fault,
              "the checksum list SHA256SUMS is not signed well: the signature that it had is gone");
    EXPECT_EQ(read_set(set, texts, {}).value().fault, "") << "nobody asked for signatures";
    set.had_signature = false;
    EXPECT_EQ(read_set(set, texts, verifier()).value().fault, "") << "it never had one";
    const SetTexts was_clear{.list = line("a"), .signatures = {}, .current_list = armoured(line("a"))};
    EXPECT_NE(read_set(set, was_clear, verifier()).value().fault, "");
}

TEST(ChecksumSets, FailsWhenNobodyCanJudge) {
    EXPECT_TRUE(test::fails_with(
        Fault::not_found,
        read_set(signed_set(), {.list = line("a"), .signatures = {"broken gpgv"}}, verifier())));
}

TEST(ChecksumSets, PassesOverWhatIsNoListUnlessItWasOne) {
    const ChecksumSet set{path("CHECKSUMS"), {}, false};
    const auto perl = read_set(set, {.list = "$cksum = {", .signatures = {}}, {}).value();
    EXPECT_EQ(perl.fault, "");
    EXPECT_EQ(perl.note, "the checksum list CHECKSUMS names no checksum");
    const auto login =
        read_set(set, {.list = "<html>", .signatures = {}, .current_list = line("old")}, {}).value();
    EXPECT_EQ(login.fault, "the checksum list CHECKSUMS names no checksum");
    EXPECT_EQ(login.waiting, paths({"old"}));
    EXPECT_NE(read("SHA256SUMS", line("a") + line("a", "b")).fault, "") << "it contradicts itself";
}

TEST(ChecksumSets, SaysWhatFreshFilesMustBe) {
    const auto md5 = std::string(32, 'a') + "  a\n";
    Tree tree;
    tree.has("d/a", true).has("d/sub/b", true);
    const auto sets =
        tree.with({read("d/MD5SUMS", md5), read("d/SHA256SUMS", line("a") + line("sub/b") + line("c"))});
    const auto expected = sets.expected(path("d/a"));
    ASSERT_EQ(expected.size(), 2U);
    EXPECT_EQ(expected[0].digest(), digest_of_text("a"));
    EXPECT_EQ(expected[1].kind, ChecksumKind::md5);
    EXPECT_EQ(sets.expected(path("d/sub/b")).size(), 1U);
    EXPECT_TRUE(sets.expected(path("d/c")).empty()) << "the upstream does not have it";
    EXPECT_TRUE(sets.waiting().empty());
}

TEST(ChecksumSets, HoldsTheFolderOfAListThatDisagreesWithWhatIsHeld) {
    Tree tree;
    tree.has("d/a", false, "old").has("d/sub/b", true);
    const auto sets = tree.with({read("d/SHA256SUMS", line("a") + line("sub/b"))});
    ASSERT_EQ(sets.waiting().size(), 1U);
    EXPECT_EQ(sets.waiting()[0].reason, "the current d/a is not what d/SHA256SUMS says");
    for (const auto* name : {"d/a", "d/SHA256SUMS", "d/README", "d/sub/b"})
        EXPECT_NE(sets.waiting_with(path(name)), nullptr) << name;
    for (const auto* name : {"", "d", "d/sub/c", "e", "dd/a"})
        EXPECT_EQ(sets.waiting_with(path(name)), nullptr) << name;
}

TEST(ChecksumSets, HoldsOnlyWhatBelongsToAListOfOneFile) {
    Tree tree;
    tree.has("d/x.iso", false, "old");
    const auto sets = tree.with({read("d/x.iso.sha256", line("x.iso"))});
    for (const auto* name : {"d/x.iso", "d/x.iso.sha256", "d/x.iso.zsync"})
        EXPECT_NE(sets.waiting_with(path(name)), nullptr) << name;
    EXPECT_EQ(sets.waiting_with(path("d/y.iso")), nullptr);
}

TEST(ChecksumSets, HoldsListsThatDisagree) {
    Tree tree;
    tree.has("a", true);
    const auto sets = tree.with({read("SHA256SUMS", line("a")), read("sha256sum.txt", line("a", "b"))});
    EXPECT_EQ(sets.waiting().size(), 2U);
}

TEST(ChecksumSets, HoldsWhatTurnsOutToBeAnother) {
    Tree tree;
    tree.has("d/a", true);
    auto sets = tree.with({read("d/SHA256SUMS", line("a"))});
    EXPECT_EQ(sets.waiting_with(path("d/a")), nullptr);
    sets.blame(path("d/a"), "it came with other bytes");
    sets.blame(path("d/unknown"), "nobody cares");
    ASSERT_NE(sets.waiting_with(path("d/SHA256SUMS")), nullptr);
    EXPECT_EQ(sets.waiting_with(path("d/SHA256SUMS"))->reason, "it came with other bytes");
}

TEST(ChecksumSets, AsksToCompareWhatOnlyOtherChecksumsTell) {
    Tree tree;
    tree.has("a", false, "a");
    const auto sets = tree.with({read("MD5SUMS", std::string(32, 'a') + "  a\n")});
    ASSERT_EQ(sets.to_compare().size(), 1U);
    EXPECT_EQ(sets.to_compare()[0].path, path("a"));
}

TEST(ChecksumSets, TellsOfListsThatWerePassedOver) {
    const auto sets = Tree().with({read("CHECKSUMS", "$cksum")});
    ASSERT_EQ(sets.notes().size(), 1U);
    EXPECT_EQ(sets.notes()[0].path, path("CHECKSUMS"));
    EXPECT_TRUE(sets.waiting().empty());
}

}  // namespace
}  // namespace mirrorseed::sync
