#include "sync/rpm/repomd.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/rpm/checksum_words.hpp"
#include "sync/xml_reader.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::sync::rpm {
namespace {

// Of the largest distributions it names some twenty.
constexpr std::size_t most_files = 1000;

// 0 for what is none.
UnixTime time_of(std::string_view text) {
    constexpr UnixTime end_of_9999 = 253'402'300'799;
    const auto time = whole_number<UnixTime>(text).value_or(0);
    return time > 0 && time <= end_of_9999 ? time : 0;
}

class Reader {
public:
    Status begin(std::string_view name, int depth, const XmlReader::Attributes& attributes) {
        if (depth == 0 && name != "repomd") return Error(Fault::bad_input, "it is no repomd.xml");
        if (depth == 1 && name == "data")
            file_.emplace(RepoFile{.type = std::string(attribute(attributes, "type"))});
        if (depth != 2 || !file_) return {};
        if (name == "checksum") sum_type_ = attribute(attributes, "type");
        return name == "location" ? take_location(attributes) : Status();
    }

    Status end(std::string_view name, int depth, std::string_view text) {
        text = trimmed(text);
        if (depth == 1 && name == "revision") repomd_.revision = text;
        if (depth == 1 && file_) return take_file();
        if (depth != 2 || !file_) return {};
        if (name == "checksum") return take_sum(text);
        if (name == "size") return take_size(text);
        // createrepo writes fractions too.
        if (name == "timestamp") file_->timestamp = time_of(text.substr(0, text.find('.')));
        return {};
    }

    Result<Repomd> repomd() && {
        const auto is_primary = [](const RepoFile& file) { return file.type == "primary"; };
        const auto primaries = std::count_if(repomd_.files.begin(), repomd_.files.end(), is_primary);
        if (primaries == 0) return Error(Fault::bad_input, "it names no primary index");
        if (primaries > 1) return Error(Fault::bad_input, "it names two primary indices");
        return std::move(repomd_);
    }

private:
    Status take_location(const XmlReader::Attributes& attributes) {
        if (!attribute(attributes, "base").empty())
            return Error(Fault::bad_input, "its " + in_quotes(file_->type) + " lies at another place");
        const auto href = attribute(attributes, "href");
        auto path = RelPath::parse(href);
        if (!path || path->is_root())
            return Error(Fault::bad_input, in_quotes(href) + " is a path outside of the repository");
        file_->path = std::move(*path);
        return {};
    }

    Status take_sum(std::string_view text) {
        const auto sum = parse_sum(sum_type_, text);
        if (!sum) return sum.error();
        file_->sum = *sum;
        has_sum_ = true;
        return {};
    }

    Status take_size(std::string_view text) {
        file_->size = whole_number<Bytes>(text);
        if (!file_->size) return Error(Fault::bad_input, in_quotes(text) + " is no size");
        return {};
    }

    Status take_file() {
        const bool is_whole = !file_->path.is_root() && std::exchange(has_sum_, false);
        if (!is_whole) return Error(Fault::bad_input, in_quotes(file_->type) + " has no place or no sum");
        if (repomd_.files.size() == most_files)
            return Error(Fault::bad_input, "it names more than " + std::to_string(most_files) + " files");
        repomd_.files.push_back(std::move(*file_));
        file_.reset();
        return {};
    }

    std::optional<RepoFile> file_;
    bool has_sum_ = false;
    std::string sum_type_;
    Repomd repomd_;
};

}  // namespace

UnixTime Repomd::dated() const {
    UnixTime newest = 0;
    for (const auto& file : files)
        newest = std::max(newest, file.timestamp);
    return newest > 0 ? newest : time_of(revision);
}

Result<Repomd> parse_repomd(std::string_view text) {
    Reader reader;
    XmlReader xml(
        {.begin = [&](auto name, int depth,
                      const auto& attributes) { return reader.begin(name, depth, attributes); },
         .end = [&](auto name, int depth, auto content) { return reader.end(name, depth, content); }});
    auto read = xml.read(as_bytes(text));
    if (read) read = xml.finish();
    if (!read) return read.error();
    return std::move(reader).repomd();
}

}  // namespace mirrorseed::sync::rpm
