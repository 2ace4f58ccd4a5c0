#include "torrentgen/read_files.hpp"

#include "core/text.hpp"
#include "torrentgen/hybrid_halves.hpp"
#include "torrentgen/stored_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::torrentgen {
namespace {

using Kind = BencodeKind;

// libtorrent's limits: of blocks in one file, and of bytes in all.
constexpr std::int64_t most_blocks = 0x7fffffff / 2;
constexpr Bytes most_bytes = (Bytes{1} << 48) - 1;
constexpr int deepest_tree = 100;

// What a file's entry says about it in one letter each (BEP 47).
void take_attributes(const BencodeNode& entry, TorrentFile& file, bool& link) {
    const auto letters = entry.find("attr", Kind::text).text().value_or("");
    const auto has = [&](char letter) { return letters.find(letter) != letters.npos; };
    file.pad = has('p');
    file.executable = has('x');
    file.hidden = has('h');
    link = has('l');
}

bool is_beyond_64_bits(const BencodeNode& number) {
    const auto flaws = BencodeView::flaws(number);
    return std::ranges::find(flaws, BencodeFlaw::Kind::huge_number, &BencodeFlaw::kind) != flaws.end();
}

bool is_leaf(const BencodeNode& node) {
    const auto members = node.members();
    if (members.empty() || !(*members.begin()).key.empty()) return false;
    return ++members.begin() == members.end();
}

bool has_one_member(const BencodeNode& node) {
    const auto members = node.members();
    return !members.empty() && ++members.begin() == members.end();
}

}  // namespace

Error fault_at(std::size_t offset, std::string_view what) {
    return {Fault::bad_input, fmt::format("bad torrent at byte {}: {}", offset, what)};
}

void Oddities::note(std::string_view code, std::string text) {
    if (std::ranges::find(list_, code, &Warning::code) == list_.end())
        list_.push_back({std::string(code), std::move(text)});
}

BencodeNode find_text(const BencodeNode& dictionary, std::string_view key) {
    const auto marked = dictionary.find(fmt::format("{}.utf-8", key), Kind::text);
    return marked ? marked : dictionary.find(key, Kind::text);
}

Status FileReader::pay_for(std::size_t offset, std::string_view name) {
    const auto price = name.size() + sizeof(std::string);
    if (price > name_bytes_) return fault_at(offset, "its names take more memory than they may");
    name_bytes_ -= price;
    return {};
}

Result<std::vector<std::string>> FileReader::parts(const BencodeNode& list) {
    std::vector<std::string> out;
    for (const auto item : list.items()) {
        const auto text = item.text();
        if (!text) return fault_at(item.begin(), "a part of a path is no string");
        if (auto paid = pay_for(item.begin(), *text); !paid) return paid.error();
        out.emplace_back(*text);
    }
    return out;
}

Result<TorrentFile> FileReader::common(const BencodeNode& entry) {
    TorrentFile file;
    bool link = false;
    take_attributes(entry, file, link);
    const auto length = entry.find("length", Kind::integer);
    const auto value = link ? 0 : length.integer().value_or(-1);
    const auto at = length ? length.begin() : entry.begin();
    if (value < 0) return fault_at(at, length ? "a file's length is negative" : "a file has no length");
    if (value / static_cast<std::int64_t>(block_size) >= most_blocks ||
        static_cast<Bytes>(value) > most_bytes - total_)
        return fault_at(at, "a file's length is too large");
    file.length = static_cast<Bytes>(value);
    total_ += file.length;
    if (!link) return file;
    const auto target = entry.find("symlink path", Kind::list);
    if (!target)
        oddities_->note("link-without-target",
                        fmt::format("a symbolic link at byte {} has no target", entry.begin()));
    auto taken = parts(target);
    if (!taken) return taken.error();
    if (target) file.symlink = std::move(*taken);
    return file;
}

Result<TorrentFile> FileReader::v1_single(const BencodeNode& info) {
    auto file = common(info);
    if (!file) return file;
    const auto name = find_text(info, "name");
    const auto text = name.text().value_or("");
    if (text.empty() || vanishes(text))
        return fault_at(name ? name.begin() : info.begin(), "the file has no name");
    if (auto paid = pay_for(name.begin(), text); !paid) return paid.error();
    file->path.emplace_back(text);
    return file;
}

Result<TorrentFile> FileReader::v1_file(const BencodeNode& entry) {
    if (!entry.is(Kind::dictionary)) return fault_at(entry.begin(), "a file's entry is no dictionary");
    auto file = common(entry);
    if (!file) return file;
    auto path = entry.find("path.utf-8", Kind::list);
    if (!path) path = entry.find("path", Kind::list);
    auto taken = parts(path);
    if (!taken) return taken.error();
    if (taken->empty() && !file->pad)
        return fault_at(path ? path.begin() : entry.begin(), "a file has no name");
    file->path = taken->empty() ? pad_of(file->length).path : std::move(*taken);
    return file;
}

Result<FileList> FileReader::v1(const BencodeNode& info) {
    FileList list;
    total_ = 0;
    list.name = std::string(find_text(info, "name").text().value_or(""));
    const auto files = info.find("files", Kind::list);
    list.is_folder = static_cast<bool>(files);
    if (!files) {
        auto file = v1_single(info);
        if (!file) return file.error();
        list.files.push_back(std::move(*file));
    }
    for (const auto entry : files.items()) {
        auto file = v1_file(entry);
        if (!file) return file.error();
        list.files.push_back(std::move(*file));
    }
    for (auto& file : list.files)
        file.pad = file.pad || is_named_as_pad(list.name) || std::ranges::any_of(file.path, is_named_as_pad);
    return list;
}

Result<TorrentFile> FileReader::v2_file(const BencodeNode& leaf) {
    if (!leaf.is(Kind::dictionary)) return fault_at(leaf.begin(), "a file's entry is no dictionary");
    auto file = common(leaf);
    if (!file) return file;
    // libtorrent takes it for 0, and so for a file that its pieces root contradicts.
    const auto length = leaf.find("length", Kind::integer);
    if (!file->symlink && is_beyond_64_bits(length))
        return fault_at(length.begin(), "a v2 file's length does not fit into 64 bits");
    if (file->pad) return fault_at(leaf.begin(), "a v2 file is marked as a pad");
    const auto root = leaf.find("pieces root", Kind::text);
    if (file->length > 0) {
        const auto bytes = root.text().value_or("");
        Digest digest;
        if (bytes.size() != digest.bytes.size() || bytes.find_first_not_of('\0') == bytes.npos)
            return fault_at(root ? root.begin() : leaf.begin(), "a v2 file has no pieces root");
        std::ranges::copy(as_bytes(bytes), digest.bytes.begin());
        file->root = digest;
    } else if (root) {
        oddities_->note("root-of-nothing",
                        fmt::format("an empty file has a pieces root at byte {}", root.begin()));
    }
    for (const auto& part : path_)
        if (auto paid = pay_for(leaf.begin(), part); !paid) return paid.error();
    file->path = path_;
    return file;
}

// Deeper than `deepest_tree` nothing is read, so the recursion is bounded.
Status FileReader::walk(const BencodeNode& tree, int depth, FileList& into) {
    if (depth > deepest_tree) return fault_at(tree.begin(), "the file tree is nested too deeply");
    for (const auto member : tree.members()) {
        if (member.key.empty() || !member.value.is(Kind::dictionary))
            return fault_at(member.begin, "an entry of the file tree has no name or is no dictionary");
        path_.emplace_back(member.key);
        if (is_leaf(member.value)) {
            auto file = v2_file((*member.value.members().begin()).value);
            if (!file) return file.error();
            into.files.push_back(std::move(*file));
        } else if (auto walked = walk(member.value, depth + 1, into); !walked) {
            return walked;
        }
        path_.pop_back();
    }
    return {};
}

Result<FileList> FileReader::v2(const BencodeNode& info) {
    FileList list;
    total_ = 0;
    const auto tree = info.find("file tree", Kind::dictionary);
    if (auto walked = walk(tree, 0, list); !walked) return walked.error();
    list.is_folder =
        info.find("files", Kind::list) || !has_one_member(tree) || !is_leaf((*tree.members().begin()).value);
    list.name = std::string(find_text(info, "name").text().value_or(""));
    if (list.is_folder) return list;
    const auto member = *tree.members().begin();
    const auto name = member.key.substr(std::min(member.key.find_first_not_of('/'), member.key.size()));
    if (vanishes(name)) return fault_at(member.begin, "the file has no name");
    if (list.name != member.key)
        oddities_->note("name-mismatch", fmt::format("the torrent is named {}, its only file {}",
                                                     in_quotes(list.name), in_quotes(member.key)));
    list.name = std::string(member.key);
    return list;
}

}  // namespace mirrorseed::torrentgen
