#include "sync/rpm/metalink.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/xml_reader.hpp"

#include <algorithm>

namespace mirrorseed::sync::rpm {
namespace {

constexpr std::size_t most_contents = 100, most_urls = 1000;

class Reader {
public:
    Status begin(std::string_view name, int depth, const XmlReader::Attributes& attributes) {
        if (depth == 0 && name != "metalink") return Error(Fault::bad_input, "it is no metalink");
        if (name == "file" && !is_inside_) return begin_file(depth, attribute(attributes, "name"));
        if (!is_inside_) return {};
        if (name == "alternate") return begin_alternate();
        if (name == "hash") hash_type_ = attribute(attributes, "type");
        if (name == "url") rank_ = rank_of(attributes);
        return {};
    }

    Status end(std::string_view name, int depth, std::string_view text) {
        if (!is_inside_) return {};
        text = trimmed(text);
        if (depth == file_depth_) is_inside_ = false;
        if (name == "alternate") at_ = 0;
        if (name == "size") return take_size(text);
        if (name == "hash") return take_hash(text);
        return name == "url" ? take_url(text) : Status();
    }

    Result<Metalink> metalink() && {
        if (contents_.empty()) return Error(Fault::bad_input, "it tells of no repomd.xml");
        if (contents_.front().sums.empty())
            return Error(Fault::bad_input, "it tells no SHA-256 or SHA-512 of repomd.xml");
        std::erase_if(contents_, [](const VouchedContent& content) { return content.sums.empty(); });
        std::stable_sort(urls_.begin(), urls_.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        Metalink metalink{.contents = std::move(contents_)};
        for (auto& [rank, url] : urls_)
            metalink.urls.push_back(std::move(url));
        return metalink;
    }

private:
    Status begin_file(int depth, std::string_view name) {
        if (name != "repomd.xml") return {};
        if (!contents_.empty()) return Error(Fault::bad_input, "it tells of repomd.xml twice");
        contents_.emplace_back();
        is_inside_ = true;
        file_depth_ = depth;
        return {};
    }

    Status begin_alternate() {
        if (contents_.size() == most_contents) return Error(Fault::bad_input, "it has too many alternates");
        at_ = contents_.size();
        contents_.emplace_back();
        return {};
    }

    // Version 3 has preferences, the highest first; version 4 priorities, the lowest first.
    static std::int64_t rank_of(const XmlReader::Attributes& attributes) {
        const auto priority = whole_number<std::int32_t>(attribute(attributes, "priority"));
        if (priority) return -std::int64_t{*priority};
        return whole_number<std::int32_t>(attribute(attributes, "preference")).value_or(0);
    }

    Status take_size(std::string_view text) {
        const auto size = whole_number<Bytes>(text);
        if (!size) return Error(Fault::bad_input, in_quotes(text) + " is no size");
        contents_[at_].size = *size;
        return {};
    }

    // Weaker ones are passed over.
    Status take_hash(std::string_view text) {
        const bool is_256 = hash_type_ == "sha256" || hash_type_ == "sha-256";
        const bool is_512 = hash_type_ == "sha512" || hash_type_ == "sha-512";
        if (!is_256 && !is_512) return {};
        const auto kind = is_256 ? ChecksumKind::sha256 : ChecksumKind::sha512;
        const auto sum = Checksum::from_hex(kind, text);
        if (!sum)
            return Error(Fault::bad_input, in_quotes(text) + " is no " + std::string(checksum_name(kind)));
        contents_[at_].sums.push_back(*sum);
        return {};
    }

    Status take_url(std::string_view text) {
        if (urls_.size() == most_urls) return Error(Fault::bad_input, "it names too many mirrors");
        urls_.emplace_back(rank_, text);
        return {};
    }

    std::vector<VouchedContent> contents_;
    std::vector<std::pair<std::int64_t, std::string>> urls_;
    std::string hash_type_;
    std::size_t at_ = 0;  // which content is told of
    std::int64_t rank_ = 0;
    bool is_inside_ = false;  // of what is told of repomd.xml
    int file_depth_ = 0;
};

}  // namespace

Result<Metalink> parse_metalink(std::string_view text) {
    Reader reader;
    XmlReader xml(
        {.begin = [&](auto name, int depth,
                      const auto& attributes) { return reader.begin(name, depth, attributes); },
         .end = [&](auto name, int depth, auto content) { return reader.end(name, depth, content); }});
    auto read = xml.read(as_bytes(text));
    if (read) read = xml.finish();
    if (!read) return read.error();
    return std::move(reader).metalink();
}

RelPath repomd_of(const RelPath& repo) {
    return repo / RelPath::parse("repodata/repomd.xml").value();
}

std::optional<std::string> upstream_of(std::string_view url, const RelPath& repo) {
    const auto path = repomd_of(repo).str();
    for (const auto& end : {"/" + path, "/" + percent_encode_path(path)})
        if (url.ends_with(end)) return std::string(url.substr(0, url.size() - end.size() + 1));
    return std::nullopt;
}

}  // namespace mirrorseed::sync::rpm
