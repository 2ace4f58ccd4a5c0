#include "core/store/node_head.hpp"

#include "core/text.hpp"
#include "core/tree_name.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mirrorseed {
namespace {

constexpr std::size_t lineage_size = 32;
constexpr std::int64_t end_of_year_9999 = 253'402'300'799;
constexpr std::int64_t most = std::int64_t{1} << 62;

Error bad_head(const std::string& why) {
    return {Fault::bad_input, "a node's head " + why};
}

Error bad_member(std::string_view key) {
    return bad_head(fmt::format("has no good \"{}\"", key));
}

bool is_lineage(std::string_view text) {
    return text.size() == lineage_size && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Empty where there is no such text; none of the members may be empty.
std::string_view text_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

template <class Number>
Status take_number(const boost::json::object& object, std::string_view key, std::int64_t least,
                   std::int64_t greatest, Number& into) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < least || value->get_int64() > greatest)
        return bad_member(key);
    into = static_cast<Number>(value->get_int64());
    return {};
}

Status take_numbers(const boost::json::object& object, NodeHead& head) {
    auto taken = take_number(object, "generation", 1, most, head.generation);
    if (taken) taken = take_number(object, "published", 0, end_of_year_9999, head.published);
    if (taken) taken = take_number(object, "entries", 0, most, head.entries);
    if (taken) taken = take_number(object, "bytes", 0, most, head.bytes);
    return taken;
}

Status take_texts(const boost::json::object& object, NodeHead& head) {
    head.tree = text_at(object, "tree");
    if (!is_tree_name(head.tree)) return bad_member("tree");
    head.lineage = text_at(object, "lineage");
    if (!is_lineage(head.lineage)) return bad_member("lineage");
    const auto digest = Digest::parse_hex(text_at(object, "manifest_sha256"));
    if (!digest) return bad_member("manifest_sha256");
    head.manifest = *digest;
    return {};
}

Status take_signature(const boost::json::object& object, NodeHead& head) {
    if (!object.contains("signature")) return {};
    const auto bytes = from_base64(text_at(object, "signature"));
    Signature signature{};
    if (!bytes || bytes->size() != signature.size()) return bad_member("signature");
    std::copy(bytes->begin(), bytes->end(), signature.begin());
    head.signature = signature;
    return {};
}

}  // namespace

std::string NodeHead::signed_text() const {
    return fmt::format("mirrorseed-head-1\n{}\n{}\n{}\n{}\n{}\n", lineage, tree, generation, published,
                       manifest.hex());
}

void NodeHead::sign(const SigningKey& key) {
    signature = key.sign(as_bytes(signed_text()));
}

Status NodeHead::check_signature(std::span<const PublicKey> trusted) const {
    if (!signature) return Error(Fault::refused, fmt::format("the head of {} is not signed", tree));
    const auto text = signed_text();
    for (const auto& key : trusted)
        if (key.verifies(as_bytes(text), *signature)) return {};
    return Error(Fault::refused, fmt::format("the head of {} is signed by none of the trusted keys", tree));
}

std::string NodeHead::json() const {
    auto text = fmt::format(
        R"({{"tree":{},"lineage":{},"generation":{},"published":{},"entries":{},"bytes":{},"manifest_sha256":"{}")",
        boost::json::serialize(tree), boost::json::serialize(lineage), generation, published, entries, bytes,
        manifest.hex());
    if (signature) text += ",\"signature\":\"" + to_base64(*signature) + "\"";
    return text + "}\n";
}

Result<NodeHead> NodeHead::parse(std::string_view text) {
    if (text.size() > longest) return bad_head(fmt::format("is longer than {} bytes", longest));
    boost::json::error_code error;
    const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return bad_head("is no JSON object");
    NodeHead head;
    auto taken = take_texts(value.get_object(), head);
    if (taken) taken = take_numbers(value.get_object(), head);
    if (taken) taken = take_signature(value.get_object(), head);
    if (!taken) return taken.error();
    return head;
}

}  // namespace mirrorseed
