#include "core/store/node_head.hpp"

#include "core/text.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::fails_with;
using test::ok;

const std::string lineage = "00112233445566778899aabbccddeeff";

NodeHead good_head() {
    return {.tree = "debian",
            .lineage = lineage,
            .generation = 7,
            .published = 1'700'000'000,
            .entries = 3,
            .bytes = 10,
            .manifest = Sha256::of(as_bytes("lines"))};
}

std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return at == text.npos ? text : text.replace(at, from.size(), to);
}

TEST(NodeHead, IsWrittenMemberByMember) {
    const auto digest = Sha256::of(as_bytes("lines")).hex();
    EXPECT_EQ(good_head().json(), R"({"tree":"debian","lineage":")" + lineage +
                                      R"(","generation":7,"published":1700000000,"entries":3,"bytes":10,)"
                                      R"("manifest_sha256":")" +
                                      digest + "\"}\n");
    EXPECT_EQ(good_head().signed_text(),
              "mirrorseed-head-1\n" + lineage + "\ndebian\n7\n1700000000\n" + digest + "\n");
}

TEST(NodeHead, ComesBackAsItWasWritten) {
    auto head = good_head();
    ASSERT_TRUE(ok(NodeHead::parse(head.json())));
    EXPECT_TRUE(NodeHead::parse(head.json()).value() == head);
    head.sign(SigningKey::generate());
    ASSERT_TRUE(ok(NodeHead::parse(head.json())));
    EXPECT_TRUE(NodeHead::parse(head.json()).value() == head);
}

TEST(NodeHead, UnknownMembersAreForLaterVersions) {
    const auto text = with(good_head().json(), "{", R"({"colour":[1,2],)");
    ASSERT_TRUE(ok(NodeHead::parse(text)));
    EXPECT_TRUE(NodeHead::parse(text).value() == good_head());
}

TEST(NodeHead, ASignatureIsGoodByOneOfTheTrustedKeys) {
    const auto key = SigningKey::generate(), other = SigningKey::generate();
    auto head = good_head();
    head.sign(key);
    const auto read = NodeHead::parse(head.json()).value();
    EXPECT_TRUE(ok(read.check_signature(std::vector{other.public_key(), key.public_key()})));
    EXPECT_TRUE(fails_with(Fault::refused, read.check_signature(std::vector{other.public_key()})));
    EXPECT_TRUE(fails_with(Fault::refused, read.check_signature({})));
}

TEST(NodeHead, WithoutASignatureNoKeyVouchesForIt) {
    const auto key = SigningKey::generate();
    const auto checked = good_head().check_signature(std::vector{key.public_key()});
    ASSERT_TRUE(fails_with(Fault::refused, checked));
    EXPECT_EQ(checked.error().text(), "the head of debian is not signed");
}

TEST(NodeHead, AChangeOfAnythingSignedSpoilsTheSignature) {
    const auto key = SigningKey::generate();
    auto head = good_head();
    head.sign(key);
    const std::vector trusted{key.public_key()};
    const auto is_good = [&](auto change) {
        auto changed = head;
        change(changed);
        return changed.check_signature(trusted).has_value();
    };
    EXPECT_TRUE(is_good([](NodeHead&) {}));
    EXPECT_FALSE(is_good([](NodeHead& changed) { changed.tree = "fedora"; }));
    EXPECT_FALSE(is_good([](NodeHead& changed) { changed.lineage[0] = 'f'; }));
    EXPECT_FALSE(is_good([](NodeHead& changed) { ++changed.generation; }));
    EXPECT_FALSE(is_good([](NodeHead& changed) { ++changed.published; }));
    EXPECT_FALSE(is_good([](NodeHead& changed) { changed.manifest.bytes[0] ^= 1; }));
    EXPECT_FALSE(is_good([](NodeHead& changed) { changed.signature->back() ^= 1; }));
}

TEST(NodeHead, EveryMalformedHeadIsRefusedInOneLine) {
    auto head = good_head();
    head.sign(SigningKey::generate());
    const auto text = head.json();
    const auto signature = to_base64(*head.signature);
    const auto digest = head.manifest.hex();
    const std::string generation = R"("generation":7)", published = R"("published":1700000000)";
    const struct {
        std::string text, complaint;
    } heads[] = {
        {"", "is no JSON object"},
        {"null", "is no JSON object"},
        {"[" + text + "]", "is no JSON object"},
        {text + text, "is no JSON object"},
        {text.substr(0, text.size() / 2), "is no JSON object"},
        {with(text, "debian", "\xff"), "is no JSON object"},
        {text + std::string(NodeHead::longest, ' '), "is longer than 16384 bytes"},
        {"{}", "has no good \"tree\""},
        {with(text, "\"debian\"", "7"), "has no good \"tree\""},
        {with(text, "debian", ""), "has no good \"tree\""},
        {with(text, "debian", "Debian"), "has no good \"tree\""},
        {with(text, "debian", "../debian"), "has no good \"tree\""},
        {with(text, "debian", ".debian"), "has no good \"tree\""},
        {with(text, "debian", "de\\nbian"), "has no good \"tree\""},
        {with(text, "debian", "de\\u0000bian"), "has no good \"tree\""},
        {with(text, "debian", std::string(101, 'a')), "has no good \"tree\""},
        {with(text, "\"lineage\"", "\"line\""), "has no good \"lineage\""},
        {with(text, lineage, ""), "has no good \"lineage\""},
        {with(text, lineage, lineage + "0"), "has no good \"lineage\""},
        {with(text, "00112233", "0011223g"), "has no good \"lineage\""},
        {with(text, "aabb", "AABB"), "has no good \"lineage\""},
        {with(text, generation, R"("generation":0)"), "has no good \"generation\""},
        {with(text, generation, R"("generation":-1)"), "has no good \"generation\""},
        {with(text, generation, R"("generation":7.0)"), "has no good \"generation\""},
        {with(text, generation, R"("generation":"7")"), "has no good \"generation\""},
        {with(text, generation, R"("generation":18446744073709551615)"), "has no good \"generation\""},
        {with(text, published, R"("published":-1)"), "has no good \"published\""},
        {with(text, published, R"("published":253402300800)"), "has no good \"published\""},
        {with(text, "\"entries\":3", "\"entries\":null"), "has no good \"entries\""},
        {with(text, "\"entries\":3", "\"entries\":-3"), "has no good \"entries\""},
        {with(text, "\"bytes\":10", "\"bytes\":true"), "has no good \"bytes\""},
        {with(text, "\"bytes\":10", "\"bytes\":9e18"), "has no good \"bytes\""},
        {with(text, digest, digest.substr(1)), "has no good \"manifest_sha256\""},
        {with(text, digest, digest + "0"), "has no good \"manifest_sha256\""},
        {with(text, digest, "g" + digest.substr(1)), "has no good \"manifest_sha256\""},
        {with(text, signature, ""), "has no good \"signature\""},
        {with(text, signature, signature.substr(4)), "has no good \"signature\""},
        {with(text, signature, "AAAA" + signature), "has no good \"signature\""},
        {with(text, signature, "!" + signature.substr(1)), "has no good \"signature\""},
        {with(text, "\"" + signature + "\"", "null"), "has no good \"signature\""},
    };
    for (const auto& bad : heads) {
        const auto parsed = NodeHead::parse(bad.text);
        ASSERT_TRUE(fails_with(Fault::bad_input, parsed)) << bad.text;
        EXPECT_EQ(parsed.error().text(), "a node's head " + bad.complaint) << bad.text;
    }
}

}  // namespace
}  // namespace mirrorseed
