#include "core/store/manifest_head.hpp"

#include "core/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mirrorseed {
namespace {

std::uint64_t number_or_zero(const boost::json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() && value->get_int64() > 0
               ? static_cast<std::uint64_t>(value->get_int64())
               : 0;
}

std::string string_or_empty(const boost::json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string ManifestHead::json() const {
    boost::json::object object;
    object["tree"] = tree;
    object["lineage"] = lineage;
    object["generation"] = generation.number;
    object["published"] = generation.published;
    object["entries"] = generation.entries;
    object["files"] = generation.files;
    object["bytes"] = generation.bytes;
    object["added"] = generation.added;
    object["changed"] = generation.changed;
    object["removed"] = generation.removed;
    object["upstream"] = as_utf8(generation.upstream);
    object["restores"] = generation.restores;
    object["paused"] = paused;
    object["manifest_sha256"] = generation.manifest ? generation.manifest->hex() : "";
    return boost::json::serialize(object) + "\n";
}

Result<ManifestHead> ManifestHead::parse(std::string_view text) {
    boost::json::error_code error;
    const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return Error(Fault::damaged, "the head of a manifest is no JSON object");
    const auto& object = value.get_object();
    const auto digest = Digest::parse_hex(string_or_empty(object, "manifest_sha256"));
    if (!digest) return digest.error().within("the head of a manifest");
    ManifestHead head{string_or_empty(object, "tree"),
                      string_or_empty(object, "lineage"),
                      {.number = number_or_zero(object, "generation"),
                       .published = static_cast<UnixTime>(number_or_zero(object, "published")),
                       .entries = number_or_zero(object, "entries"),
                       .files = number_or_zero(object, "files"),
                       .bytes = number_or_zero(object, "bytes"),
                       .added = number_or_zero(object, "added"),
                       .changed = number_or_zero(object, "changed"),
                       .removed = number_or_zero(object, "removed"),
                       .upstream = string_or_empty(object, "upstream"),
                       .manifest = *digest,
                       .restores = number_or_zero(object, "restores")}};
    const auto* paused = object.if_contains("paused");
    head.paused = paused != nullptr && paused->is_bool() && paused->get_bool();
    if (head.generation.number == 0 || head.lineage.empty())
        return Error(Fault::damaged, "the head of a manifest has no generation or lineage");
    return head;
}

}  // namespace mirrorseed
