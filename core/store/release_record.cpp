#include "core/store/release_record.hpp"

#include "core/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mirrorseed {
namespace json = boost::json;
namespace {

Error damaged(const std::string& what) {
    return {Fault::damaged, "the record of a release: " + what};
}

// Names are bytes, and JSON has none.
json::string bytes_text(std::string_view bytes) {
    return json::string(to_base64(as_bytes(bytes)));
}

class Reader {
public:
    explicit Reader(const json::object& object) : object_(object) {}

    std::string text(const char* key) {
        const auto* value = object_.if_contains(key);
        if (value != nullptr && value->is_string()) return std::string(value->get_string());
        return miss(key);
    }
    std::string bytes(const char* key) {
        const auto decoded = from_base64(text(key));
        return decoded ? std::string(decoded->begin(), decoded->end()) : miss(key);
    }
    std::int64_t number(const char* key) {
        const auto* value = object_.if_contains(key);
        if (value != nullptr && value->is_int64() && value->get_int64() >= 0) return value->get_int64();
        miss(key);
        return 0;
    }
    std::optional<std::int64_t> number_or_none(const char* key) {
        return object_.if_contains(key) != nullptr ? std::optional(number(key)) : std::nullopt;
    }
    RelPath path(const char* key) {
        auto path = RelPath::parse(bytes(key));
        if (path && !path->is_root()) return std::move(*path);
        miss(key);
        return {};
    }
    template <class Hash>
    std::optional<Hash> hash_or_none(const char* key) {
        if (object_.if_contains(key) == nullptr) return std::nullopt;
        Hash hash;
        if (!from_hex(text(key), hash.bytes)) miss(key);
        return hash;
    }
    bool flag(const char* key) {
        const auto* value = object_.if_contains(key);
        return value != nullptr && value->is_bool() && value->get_bool();
    }
    const std::string& missing() const { return missing_; }

private:
    std::string miss(const char* key) {
        if (missing_.empty()) missing_ = key;
        return {};
    }
    const json::object& object_;
    std::string missing_;
};

json::object json_of(const ReleaseFile& file) {
    json::object object{{"path", bytes_text(file.path.str())}, {"size", file.size}};
    if (file.content) object["sha256"] = file.content->hex();
    if (file.pad) object["pad"] = true;
    return object;
}

Result<ReleaseFile> file_from(const json::value& value) {
    if (!value.is_object()) return damaged("a file is no object");
    Reader read(value.get_object());
    ReleaseFile file{.path = read.path("path"),
                     .size = static_cast<Bytes>(read.number("size")),
                     .content = read.hash_or_none<Digest>("sha256"),
                     .pad = read.flag("pad")};
    if (!read.missing().empty()) return damaged("a file has no good " + read.missing());
    return file;
}

std::string body_of(const ReleaseRecord& record) {
    const auto& release = record.release;
    json::object object{{"path", bytes_text(release.path.str())},
                        {"name", bytes_text(release.name)},
                        {"title", as_utf8(release.title)},
                        {"published", release.published},
                        {"size", release.size},
                        {"since", release.since},
                        {"hidden", release.hidden},
                        {"rule", bytes_text(release.rule)},
                        {"thing", bytes_text(release.thing)},
                        {"keep", release.keep.count()},
                        {"keep_versions", release.keep_versions},
                        {"piece_length", release.piece_length},
                        {"adopted", release.adopted},
                        {"torrent", bytes_text(record.torrent)},
                        {"magnet", bytes_text(record.magnet)}};
    if (release.gone) object["gone"] = *release.gone;
    if (release.content) object["sha256"] = release.content->hex();
    if (release.info_hash_v1) object["info_hash_v1"] = release.info_hash_v1->hex();
    if (release.info_hash_v2) object["info_hash_v2"] = release.info_hash_v2->hex();
    auto& files = object["files"].emplace_array();
    for (const auto& file : record.files)
        files.emplace_back(json_of(file));
    return json::serialize(object) + "\n";
}

// Cuts the first line off.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

}  // namespace

std::string ReleaseRecord::stamp_of(const Release& release) {
    return fmt::format("gone {} hidden {} keep {} {}", release.gone ? std::to_string(*release.gone) : "-",
                       release.hidden ? 1 : 0, release.keep.count(), release.keep_versions);
}

std::string_view ReleaseRecord::stamp_in(std::string_view text) {
    return take_line(text);
}

std::string ReleaseRecord::text() const {
    const auto body = body_of(*this);
    return stamp() + "\n" + Sha256::of(as_bytes(body)).hex() + "\n" + body;
}

Result<ReleaseRecord> ReleaseRecord::parse(std::string_view text) {
    take_line(text);
    const auto digest = Digest::parse_hex(take_line(text));
    if (!digest || Sha256::of(as_bytes(text)) != *digest) return damaged("its digest is another");
    json::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return damaged("it is no JSON object");
    Reader read(value.get_object());
    ReleaseRecord record{.release = {.path = read.path("path"),
                                     .name = read.bytes("name"),
                                     .title = read.text("title"),
                                     .published = read.number("published"),
                                     .gone = read.number_or_none("gone"),
                                     .content = read.hash_or_none<Digest>("sha256"),
                                     .size = static_cast<Bytes>(read.number("size")),
                                     .info_hash_v1 = read.hash_or_none<Sha1Hash>("info_hash_v1"),
                                     .info_hash_v2 = read.hash_or_none<Digest>("info_hash_v2"),
                                     .since = static_cast<Generation>(read.number("since")),
                                     .hidden = read.flag("hidden"),
                                     .rule = read.bytes("rule"),
                                     .thing = read.bytes("thing"),
                                     .keep = std::chrono::seconds(read.number("keep")),
                                     .keep_versions = static_cast<unsigned>(read.number("keep_versions")),
                                     .piece_length = static_cast<Bytes>(read.number("piece_length")),
                                     .adopted = read.flag("adopted")},
                         .torrent = read.bytes("torrent"),
                         .magnet = read.bytes("magnet")};
    if (!read.missing().empty()) return damaged("it has no good " + read.missing());
    const auto* files = value.get_object().if_contains("files");
    if (files == nullptr || !files->is_array()) return damaged("it has no files");
    for (const auto& item : files->get_array()) {
        auto file = file_from(item);
        if (!file) return file.error();
        record.files.push_back(std::move(*file));
    }
    return record;
}

std::string ReleaseRecord::name_of(const Release& release) {
    auto what = release.path.str() + '\0';
    if (release.info_hash_v1) what += release.info_hash_v1->hex();
    if (release.info_hash_v2) what += release.info_hash_v2->hex();
    return Sha256::of(as_bytes(what)).hex().substr(0, 32) + ".json";
}

}  // namespace mirrorseed
