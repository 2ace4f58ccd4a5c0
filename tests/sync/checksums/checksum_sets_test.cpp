#include "sync/checksums/checksum_sets.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

constexpr auto automatic = ListRule::automatic, require = ListRule::require;

ReadSet read(const char* list, const std::string& text, ListRule rule = require) {
    return read_set({path(list), {}, false}, {.list = text, .signatures = {}}, {}, rule).value();
}

std::vector<std::string> waiting_in(const ChecksumSets& sets) {
    std::vector<std::string> names;
    for (const auto& set : sets.waiting())
        for (const auto& name : set.named)
            names.push_back(name.str());
    std::sort(names.begin(), names.end());
    return names;
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
        read_set(signed_set(), {.list = line("a"), .signatures = {"good"}}, verifier(), automatic).value();
    EXPECT_TRUE(found.is_signed);
    EXPECT_EQ(found.fault, "");
    ASSERT_EQ(found.files.size(), 1U);
    EXPECT_EQ(found.files[0].path, path("d/a"));
}

TEST(ChecksumSets, BelievesNoListThatIsSignedBadly) {
    const auto found =
        read_set(signed_set(), {.list = line("a"), .signatures = {"no"}}, verifier(), automatic).value();
    EXPECT_EQ(found.fault, "the checksum list d/SHA256SUMS is not signed well: bad signature");
    EXPECT_TRUE(found.files.empty());
    EXPECT_EQ(found.waiting, paths({"d/a"}));
}

TEST(ChecksumSets, IsContentWithOneGoodSignature) {
    auto set = signed_set();
    set.signatures.push_back(path("d/SHA256SUMS.sign"));
    EXPECT_TRUE(read_set(set, {.list = line("a"), .signatures = {"no", "good"}}, verifier(), automatic)
                    .value()
                    .is_signed);
}

TEST(ChecksumSets, ParsesOnlyWhatWasSigned) {
    const ChecksumSet set{path("CHECKSUM"), {}, false};
    const auto found =
        read_set(set, {.list = armoured(line("a")), .signatures = {}}, verifier(), automatic).value();
    EXPECT_TRUE(found.is_signed);
    EXPECT_EQ(found.files.size(), 1U);
    EXPECT_NE(read_set(set, {.list = armoured(line("a"), "bad"), .signatures = {}}, verifier(), automatic)
                  .value()
                  .fault,
              "");
}

TEST(ChecksumSets, ComparesAListWithItsSignedCopy) {
    const ChecksumSet set{path("SHA256SUMS"), paths({"SHA256SUMS.asc"}), false};
    const auto same =
        read_set(set, {.list = line("a"), .signatures = {armoured(line("a"))}}, verifier(), automatic)
            .value();
    EXPECT_TRUE(same.is_signed);
    const auto other =
        read_set(set, {.list = line("a", "evil"), .signatures = {armoured(line("a"))}}, verifier(), automatic)
            .value();
    EXPECT_EQ(other.fault,
              "the checksum list SHA256SUMS is not signed well: it is not what its signed copy says");
}

TEST(ChecksumSets, MissesASignatureThatIsGone) {
    ChecksumSet set{path("SHA256SUMS"), {}, true};
    const SetTexts texts{.list = line("a"), .signatures = {}};
    EXPECT_EQ(read_set(set, texts, verifier(), automatic).value().fault,
              "the checksum list SHA256SUMS is not signed well: the signature that it had is gone");
    EXPECT_EQ(read_set(set, texts, {}, automatic).value().fault, "") << "nobody asked for signatures";
    set.had_signature = false;
    EXPECT_EQ(read_set(set, texts, verifier(), automatic).value().fault, "") << "it never had one";
    const SetTexts was_clear{.list = line("a"), .signatures = {}, .current_list = armoured(line("a"))};
    EXPECT_NE(read_set(set, was_clear, verifier(), automatic).value().fault, "");
}

TEST(ChecksumSets, FailsWhenNobodyCanJudge) {
    EXPECT_TRUE(test::fails_with(
        Fault::not_found,
        read_set(signed_set(), {.list = line("a"), .signatures = {"broken gpgv"}}, verifier(), automatic)));
}

TEST(ChecksumSets, PassesOverWhatIsNoListUnlessItWasOne) {
    const ChecksumSet set{path("CHECKSUMS"), {}, false};
    const SetTexts perl{.list = "$cksum = {", .signatures = {}};
    EXPECT_EQ(read_set(set, perl, {}, require).value().fault, "");
    EXPECT_EQ(read_set(set, perl, {}, require).value().note, "the checksum list CHECKSUMS names no checksum");
    EXPECT_EQ(read_set(set, perl, {}, automatic).value().note, "") << "a program may be called md5sum";
    const SetTexts login{.list = "<html>", .signatures = {}, .current_list = line("old")};
    const auto found = read_set(set, login, {}, require).value();
    EXPECT_EQ(found.fault, "the checksum list CHECKSUMS names no checksum");
    EXPECT_EQ(found.waiting, paths({"old"}));
    EXPECT_EQ(read_set(set, login, {}, automatic).value().fault, "");
    EXPECT_EQ(read("SHA256SUMS", line("a") + line("a", "b")).fault, "") << "it says nothing of a";
}

TEST(ChecksumSets, DecideWhenTheyAreSignedOrAllMust) {
    const SetTexts texts{.list = line("a"), .signatures = {"good"}};
    EXPECT_TRUE(read_set(signed_set(), texts, verifier(), automatic).value().decides);
    EXPECT_FALSE(read_set(signed_set(), texts, {}, automatic).value().decides) << "nobody has its key";
    EXPECT_TRUE(read_set(signed_set(), texts, {}, require).value().decides);
    const ChecksumSet plain{path("d/SHA256SUMS"), {}, false};
    EXPECT_FALSE(
        read_set(plain, {.list = line("a"), .signatures = {}}, verifier(), automatic).value().decides);
}

TEST(ChecksumSets, WaitForAListThatIsNotHereWhereItWouldDecide) {
    EXPECT_EQ(set_without_text(signed_set(), "gone", verifier(), automatic).fault, "gone");
    EXPECT_EQ(set_without_text(signed_set(), "gone", {}, automatic).fault, "");
    EXPECT_EQ(set_without_text(signed_set(), "gone", {}, automatic).note, "gone");
    EXPECT_EQ(set_without_text(signed_set(), "gone", {}, require).fault, "gone");
}

std::string md5_line(const std::string& name, char digit) {
    return std::string(32, digit) + "  " + name + "\n";
}

TEST(ChecksumSets, CompareOldContentsWithWhatIsToldAnew) {
    const ChecksumSet set{path("MD5SUMS"), {}, false};
    const SetTexts texts{.list = md5_line("same", 'a') + md5_line("other", 'b') + md5_line("more", 'c'),
                         .signatures = {},
                         .current_list = md5_line("same", 'a') + md5_line("other", 'a')};
    const auto names_of = [](const ReadSet& read) {
        std::vector<RelPath> names;
        for (const auto& item : read.to_compare)
            names.push_back(item.path);
        return names;
    };
    EXPECT_EQ(names_of(read_set(set, texts, {}, automatic).value()), paths({"other"}));
    EXPECT_EQ(names_of(read_set(set, texts, {}, require).value()), paths({"more", "other"}));
    auto same = texts;
    same.is_new = false;
    EXPECT_TRUE(read_set(set, same, {}, require).value().to_compare.empty());
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

TEST(ChecksumSets, HoldsWhatAListNamesThatDisagreesWithWhatIsThere) {
    Tree tree;
    tree.has("d/a", false, "old").has("d/sub/b", true);
    const auto sets = tree.with({read("d/SHA256SUMS", line("a") + line("sub/b"))});
    ASSERT_EQ(sets.waiting().size(), 1U);
    EXPECT_EQ(sets.waiting()[0].reason, "the current d/a is not what d/SHA256SUMS says");
    EXPECT_EQ(waiting_in(sets), (std::vector<std::string>{"d/SHA256SUMS", "d/a", "d/sub/b"}))
        << "and nothing else of its folder";
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
    EXPECT_TRUE(sets.waiting().empty());
    sets.blame(path("d/a"), "it came with other bytes");
    sets.blame(path("d/unknown"), "nobody cares");
    EXPECT_EQ(waiting_in(sets), (std::vector<std::string>{"d/SHA256SUMS", "d/a"}));
    EXPECT_EQ(sets.waiting()[0].reason, "it came with other bytes");
}

TEST(ChecksumSets, DoubtWhatTheyDoNotDecide) {
    Tree tree;
    tree.has("a", true).has("b", true).has("c", false, "c").has("gone", true);
    auto sets = tree.with({read("SHA256SUMS", line("a", "x") + line("b") + line("gone"), automatic),
                           read("MD5SUMS", md5_line("c", 'a') + md5_line("b", 'b'), automatic)});
    EXPECT_TRUE(sets.expected(path("a")).empty()) << "it may be anything";
    EXPECT_EQ(sets.hinted(path("b")).size(), 2U);
    sets.tell(path("b"), Checksum::from_hex(ChecksumKind::md5, std::string(32, 'c')).value());
    const auto digest_of = [](const RelPath& name) -> std::optional<Digest> {
        if (name.str() == "gone") return std::nullopt;
        return digest_of_text(name.str());
    };
    const auto found = [&](bool doubted_before) {
        std::vector<std::string> texts;
        for (const auto& item : sets.contradictions(
                 digest_of, [&](const RelPath&, const RelPath&, const Digest&) { return doubted_before; }))
            texts.push_back(item.path.str() + ": " + item.reason);
        return texts;
    };
    EXPECT_EQ(found(false), (std::vector<std::string>{"a: its SHA-256 is not what SHA256SUMS says",
                                                      "b: its MD5 is not what MD5SUMS says"}));
    EXPECT_EQ(found(true), (std::vector<std::string>{"a: its SHA-256 is not what SHA256SUMS says",
                                                     "b: its MD5 is not what MD5SUMS says",
                                                     "c: its MD5 is not what MD5SUMS says"}));
    EXPECT_TRUE(sets.waiting().empty());
}

TEST(ChecksumSets, DoubtNothingThatAnotherVouchesFor) {
    Tree tree;
    tree.has("a", true);
    auto sets = tree.with({read("SHA256SUMS", line("a")), read("sums.sha256", line("a", "x"), automatic)});
    EXPECT_TRUE(sets.contradictions([](const RelPath& name) { return digest_of_text(name.str()); },
                                    [](const RelPath&, const RelPath&, const Digest&) { return true; })
                    .empty());
}

TEST(ChecksumSets, TellsOfListsThatWerePassedOver) {
    const auto sets = Tree().with({read("CHECKSUMS", "$cksum")});
    ASSERT_EQ(sets.notes().size(), 1U);
    EXPECT_EQ(sets.notes()[0].path, path("CHECKSUMS"));
    EXPECT_TRUE(sets.waiting().empty());
}

}  // namespace
}  // namespace mirrorseed::sync
