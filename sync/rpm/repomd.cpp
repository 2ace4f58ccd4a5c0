#include "sync/rpm/repomd.hpp"

#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/rpm/checksum_words.hpp"
#include "sync/xml_reader.hpp"

#include <algorithm>

namespace mirrorseed::sync::rpm {
namespace {

class Reader {
public:
    Status begin(std::string_view name, const XmlReader::Attributes& attributes) {
        if (!is_begun_) {
            is_begun_ = true;
            return name == "repomd" ? Status() : Error(Fault::bad_input, "it is no repomd.xml");
        }
        if (name == "data") {
            file_ = RepoFile{.type = std::string(attribute(attributes, "type"))};
            has_sum_ = false;
        } else if (name == "checksum") {
            sum_type_ = attribute(attributes, "type");
        } else if (name == "location") {
            return take_location(attributes);
        }
        return {};
    }

    Status end(std::string_view name, std::string_view text) {
        if (name == "revision") repomd_.revision = trimmed(text);
        if (!file_) return {};
        if (name == "checksum") return take_sum(text);
        if (name == "size") return take_number(text, [&](Bytes size) { file_->size = size; });
        if (name == "timestamp") return take_timestamp(text);
        return name == "data" ? take_file() : Status();
    }

    Result<Repomd> repomd() && {
        if (repomd_.find("primary") == nullptr) return Error(Fault::bad_input, "it names no primary index");
        return std::move(repomd_);
    }

private:
    Status take_location(const XmlReader::Attributes& attributes) {
        if (!file_) return {};
        if (!attribute(attributes, "base").empty())
            return Error(Fault::bad_input, "its " + in_quotes(file_->type) + " lies at another place");
        auto path = RelPath::parse(attribute(attributes, "href"));
        if (!path || path->is_root())
            return Error(Fault::bad_input, in_quotes(attribute(attributes, "href")) + " is a path outside of the repository");
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

    template <class Take>
    static Status take_number(std::string_view text, const Take& take) {
        const auto number = whole_number<Bytes>(trimmed(text));
        if (!number) return Error(Fault::bad_input, in_quotes(text) + " is no size");
        take(*number);
        return {};
    }

    // createrepo writes fractions too.
    Status take_timestamp(std::string_view text) {
        text = trimmed(text);
        file_->timestamp = whole_number<std::int64_t>(text.substr(0, text.find('.'))).value_or(0);
        return {};
    }

    Status take_file() {
        if (file_->path.is_root() || !has_sum_)
            return Error(Fault::bad_input, in_quotes(file_->type) + " has no place or no sum");
        repomd_.files.push_back(std::move(*file_));
        file_.reset();
        return {};
    }

    bool is_begun_ = false, has_sum_ = false;
    std::optional<RepoFile> file_;
    std::string sum_type_;
    Repomd repomd_;
};

}  // namespace

const RepoFile* Repomd::find(std::string_view type) const {
    const auto at = std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.type == type; });
    return at == files.end() ? nullptr : &*at;
}

std::int64_t Repomd::timestamp() const {
    std::int64_t newest = 0;
    for (const auto& file : files)
        newest = std::max(newest, file.timestamp);
    return newest;
}

Result<Repomd> parse_repomd(std::string_view text) {
    Reader reader;
    XmlReader xml({.begin = [&](auto name, const auto& attributes) { return reader.begin(name, attributes); },
                   .end = [&](auto name, auto content) { return reader.end(name, content); }});
    auto read = xml.read(as_bytes(text));
    if (read) read = xml.finish();
    if (!read) return read.error();
    return std::move(reader).repomd();
}

}  // namespace mirrorseed::sync::rpm
