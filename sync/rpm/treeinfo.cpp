#include "sync/rpm/treeinfo.hpp"

#include "core/text.hpp"
#include "sync/rpm/checksum_words.hpp"
#include "sync/rpm/repo_path.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace mirrorseed::sync::rpm {
namespace {

class Reader {
public:
    Status read(std::string_view line) {
        const auto text = trimmed(line);
        if (text.empty() || text.front() == '#' || text.front() == ';') return {};
        // The rest of a value that began on a line above.
        const bool goes_on = line.front() == ' ' || line.front() == '\t';
        if (goes_on && !section_.empty()) return {};
        if (text.front() == '[' && text.back() == ']') {
            section_ = text.substr(1, text.size() - 2);
            return {};
        }
        const auto sign = text.find('=');
        if (sign == text.npos || section_.empty())
            return Error(Fault::bad_input, in_quotes(text) + " is no key and value of a section");
        return take(trimmed(text.substr(0, sign)), trimmed(text.substr(sign + 1)));
    }

    Treeinfo treeinfo() && {
        Treeinfo treeinfo;
        for (const auto& [path, sum] : sums_)
            treeinfo.images.push_back({path, sum});
        for (const auto& path : named_)
            if (!sums_.contains(path)) treeinfo.without_sum.push_back(path);
        return treeinfo;
    }

private:
    Status take(std::string_view key, std::string_view value) {
        if (section_ == "checksums") return take_sum(key, value);
        const bool names_images = section_.starts_with("images-") || section_ == "stage2";
        if (!names_images || value.empty()) return {};
        auto path = repo_path(value);
        if (!path) return path.error();
        named_.insert(std::move(*path));
        return {};
    }

    Status take_sum(std::string_view name, std::string_view value) {
        auto path = repo_path(name);
        if (!path) return path.error();
        if (path->is_within(RelPath::parse_name("repodata").value())) return {};
        const auto colon = value.find(':');
        if (colon == value.npos) return Error(Fault::bad_input, in_quotes(value) + " is no sum");
        const auto sum = parse_sum(value.substr(0, colon), value.substr(colon + 1));
        if (!sum) return sum.error();
        const auto [at, is_new] = sums_.try_emplace(std::move(*path), *sum);
        if (is_new || at->second == *sum) return {};
        return Error(Fault::bad_input, "it tells two contents of " + in_quotes(name));
    }

    std::string section_;
    std::map<RelPath, Checksum> sums_;
    std::set<RelPath> named_;
};

}  // namespace

Result<Treeinfo> parse_treeinfo(std::string_view text) {
    Reader reader;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto read = reader.read(line);
        if (!read) return read.error().within("line " + std::to_string(number));
    }
    return std::move(reader).treeinfo();
}

}  // namespace mirrorseed::sync::rpm
