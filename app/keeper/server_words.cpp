#include "app/keeper/server_words.hpp"

#include "core/text.hpp"
#include "core/tree_name.hpp"
#include "core/whole_number.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace mirrorseed::app {
namespace {

constexpr std::array<std::string_view, 6> file_names{"config", "token",      "certificate",
                                                     "key",    "access-log", "log"};

// Cuts the first word off.
std::string_view take_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

std::optional<httpd::TrackerFacts> parse_tracker(std::string_view text) {
    if (take_word(text) != "tracker") return std::nullopt;
    std::vector<std::uint64_t> row;
    while (!text.empty()) {
        const auto number = whole_number<std::uint64_t>(take_word(text));
        if (!number) return std::nullopt;
        row.push_back(*number);
    }
    return httpd::TrackerFacts::of_numbers(row);
}

std::optional<ServerWord> parse_counts(std::string_view text) {
    const auto connections = whole_number<std::uint64_t>(take_word(text));
    const auto requests = whole_number<std::uint64_t>(take_word(text));
    const auto bytes = whole_number<std::uint64_t>(take_word(text));
    if (!connections || !requests || !bytes) return std::nullopt;
    ServerCounts counts{*connections, *requests, *bytes, {}};
    if (text.empty()) return counts;
    counts.tracker = parse_tracker(text);
    return counts.tracker ? std::optional<ServerWord>(counts) : std::nullopt;
}

std::optional<KeeperWord> parse_hand_over(std::string_view text) {
    HandOver hand_over;
    while (!text.empty()) {
        const auto name = std::find(file_names.begin(), file_names.end(), take_word(text));
        if (name == file_names.end()) return std::nullopt;
        hand_over.files.push_back(static_cast<HandedFile>(name - file_names.begin()));
    }
    if (hand_over.files.empty()) return std::nullopt;
    return hand_over;
}

// Of a file in a tree: "TREE SHA256 PATH", of which the path's bytes may be any.
std::optional<httpd::WantedContent> parse_file(std::string_view text) {
    const auto tree = take_word(text);
    const auto content = Digest::parse_hex(take_word(text));
    const auto plain = percent_decode(text);
    auto path = plain ? RelPath::parse(*plain) : Result<RelPath>(plain.error());
    if (!is_tree_name(tree) || !content || !path || path->is_root()) return std::nullopt;
    return httpd::WantedContent{std::string(tree), std::move(*path), *content};
}

std::optional<KeeperWord> parse_lost(std::string_view text) {
    const auto how = take_word(text);
    auto file = parse_file(text);
    if (!file || (how != "gone" && how != "late")) return std::nullopt;
    return FileLost{std::move(*file), how == "gone"};
}

template <typename Word, typename Told>
std::optional<Word> parse_told(std::string_view text) {
    auto file = parse_file(text);
    return file ? std::optional<Word>(Told{std::move(*file)}) : std::nullopt;
}

template <typename Word, typename Numbered>
std::optional<Word> parse_number(std::string_view text) {
    const auto number = whole_number<std::uint64_t>(text);
    return number ? std::optional<Word>(Numbered{*number}) : std::nullopt;
}

std::string text_of(const ServerCounts& counts) {
    const auto text = fmt::format("alive {} {} {}", counts.connections, counts.requests, counts.bytes_sent);
    if (!counts.tracker) return text;
    return fmt::format("{} tracker {}", text, fmt::join(counts.tracker->numbers(), " "));
}
std::string text_of(const LooksChanged& changed) {
    return "changed " + changed.content.hex();
}
std::string text_of(const SyncAsked& asked) {
    return "sync " + asked.tree;
}
std::string text_of(const SwarmsTold& told) {
    return fmt::format("swarms {}", told.number);
}
std::string text_of(const httpd::WantedContent& file) {
    return fmt::format("{} {} {}", file.tree, file.content.hex(), percent_encode_path(file.path.str()));
}
std::string text_of(const FileWanted& wanted) {
    return "wants " + text_of(wanted.file);
}
std::string text_of(const FileLost& lost) {
    return (lost.is_gone ? "lost gone " : "lost late ") + text_of(lost.file);
}
std::string text_of(const FileComes& comes) {
    return "comes " + text_of(comes.file);
}
std::string text_of(const FileCame& came) {
    return "came " + text_of(came.file);
}
std::string text_of(const SwarmsAsked& asked) {
    return fmt::format("swarms {}", asked.number);
}
std::string text_of(const HandOver& hand_over) {
    std::string text = "files";
    for (const auto file : hand_over.files)
        text += ' ' + std::string(file_names.at(static_cast<std::size_t>(file)));
    return text;
}
std::string text_of(const LiveText& live) {
    return "live " + live.json;
}

}  // namespace

std::string to_text(const ServerWord& word) {
    return std::visit([](const auto& one) { return text_of(one); }, word);
}

std::optional<ServerWord> parse_server_word(std::string_view text) {
    const auto word = take_word(text);
    if (word == "alive") return parse_counts(text);
    if (word == "sync" && is_tree_name(text)) return SyncAsked{std::string(text)};
    if (word == "swarms") return parse_number<ServerWord, SwarmsTold>(text);
    if (word == "wants") return parse_told<ServerWord, FileWanted>(text);
    if (word != "changed") return std::nullopt;
    const auto digest = Digest::parse_hex(text);
    return digest ? std::optional<ServerWord>(LooksChanged{*digest}) : std::nullopt;
}

std::string to_text(const KeeperWord& word) {
    return std::visit([](const auto& one) { return text_of(one); }, word);
}

std::optional<KeeperWord> parse_keeper_word(std::string_view text) {
    const auto word = take_word(text);
    if (word == "files") return parse_hand_over(text);
    if (word == "swarms") return parse_number<KeeperWord, SwarmsAsked>(text);
    if (word == "lost") return parse_lost(text);
    if (word == "comes") return parse_told<KeeperWord, FileComes>(text);
    if (word == "came") return parse_told<KeeperWord, FileCame>(text);
    if (word == "live") return LiveText{std::string(text)};
    return std::nullopt;
}

}  // namespace mirrorseed::app
