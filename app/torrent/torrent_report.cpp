#include "app/torrent/torrent_report.hpp"

#include "app/command_line/console.hpp"
#include "core/clock.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "torrentgen/magnet.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/serialize.hpp>

#include <iterator>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

using torrentgen::Torrent;
using torrentgen::TorrentFile;
using torrentgen::Warning;

json::string json_text(std::string_view text) {
    return json::string(as_utf8(text));
}

json::array json_texts(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts)
        list.push_back(json_text(text));
    return list;
}

std::string joined(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, "/"));
}

std::string node_text(const torrentgen::Node& node) {
    const bool bare_ipv6 = node.host.find(':') != node.host.npos && !node.host.starts_with('[');
    return bare_ipv6 ? fmt::format("[{}]:{}", node.host, node.port)
                     : fmt::format("{}:{}", node.host, node.port);
}

template <class Hash>
json::value hash_json(const std::optional<Hash>& hash) {
    if (!hash) return nullptr;
    return json::string(hash->hex());
}

json::object file_json(const TorrentFile& file) {
    json::object object{{"path", json_text(joined(file.path))}, {"length", file.length}};
    if (file.root) object["pieces_root"] = file.root->hex();
    if (file.pad) object["pad"] = true;
    if (file.executable) object["executable"] = true;
    if (file.hidden) object["hidden"] = true;
    if (file.symlink) object["symlink"] = json_text(joined(*file.symlink));
    return object;
}

// Names on a line of their own, the value behind them.
class Lines {
public:
    void add(std::string_view name, std::string_view value) {
        if (!value.empty())
            fmt::format_to(std::back_inserter(text_), "  {:<13} {}\n", name, escape_text(value));
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_{};
};

// Years of more than four digits no calendar shows.
std::string date_text(std::int64_t seconds) {
    constexpr std::int64_t year_9999 = 253'402'300'799;
    return seconds <= year_9999 ? format_iso_time(seconds) : fmt::format("{} s after 1970", seconds);
}

std::string size_line(const Torrent& torrent) {
    std::uint64_t files = 0;
    Bytes pads = 0;
    for (const auto& file : torrent.files) {
        if (file.pad)
            pads += file.length;
        else
            ++files;
    }
    return fmt::format("{} ({} bytes) in {} {}{}", format_size(torrent.total_size()), torrent.total_size(),
                       files, files == 1 ? "file" : "files",
                       pads > 0 ? fmt::format(", and {} of pads", format_size(pads)) : "");
}

std::string file_line(const TorrentFile& file) {
    const auto link = file.symlink ? " -> " + escape_text(joined(*file.symlink)) : "";
    return fmt::format("  {:>10}  {}{}{}\n", format_size(file.length), escape_text(joined(file.path)), link,
                       file.executable && !file.symlink ? " (executable)" : "");
}

}  // namespace

json::object torrent_json(const Torrent& torrent, const std::vector<Warning>& warnings) {
    json::array files, tiers, nodes, similar, told;
    for (const auto& file : torrent.files)
        files.push_back(file_json(file));
    for (const auto& tier : torrent.trackers)
        tiers.push_back(json_texts(tier));
    for (const auto& node : torrent.nodes)
        nodes.push_back(json_text(node_text(node)));
    for (const auto& hash : torrent.similar)
        similar.push_back(json::string(to_hex(as_bytes(hash))));
    for (const auto& warning : warnings)
        told.push_back({{"code", warning.code}, {"text", as_utf8(warning.text)}});
    json::object object;
    object["name"] = json_text(torrent.name);
    object["format"] = torrentgen::name_of(torrent.format);
    object["info_hash_v1"] = hash_json(torrent.info_hash_v1);
    object["info_hash_v2"] = hash_json(torrent.info_hash_v2);
    object["piece_length"] = torrent.piece_length;
    object["pieces"] = torrent.piece_count();
    object["total_size"] = torrent.total_size();
    object["files"] = std::move(files);
    object["trackers"] = std::move(tiers);
    object["web_seeds"] = json_texts(torrent.web_seeds);
    object["http_seeds"] = json_texts(torrent.http_seeds);
    object["nodes"] = std::move(nodes);
    object["private"] = torrent.is_private;
    object["source"] = json_text(torrent.source);
    object["similar"] = std::move(similar);
    object["collections"] = json_texts(torrent.collections);
    object["comment"] = json_text(torrent.comment);
    object["created_by"] = json_text(torrent.created_by);
    object["creation_date"] = torrent.creation_date ? json::value(*torrent.creation_date) : json::value();
    object["magnet"] = magnet_link(torrent);
    object["warnings"] = std::move(told);
    return object;
}

std::string torrent_text(const Torrent& torrent, FileList files) {
    Lines lines;
    lines.add("format", fmt::format("{}, {} pieces of {}", torrentgen::name_of(torrent.format),
                                    torrent.piece_count(), format_size(torrent.piece_length)));
    lines.add("size", size_line(torrent));
    if (torrent.info_hash_v1) lines.add("info hash v1", torrent.info_hash_v1->hex());
    if (torrent.info_hash_v2) lines.add("info hash v2", torrent.info_hash_v2->hex());
    if (torrent.is_private) lines.add("private", "yes");
    lines.add("source", torrent.source);
    lines.add("comment", torrent.comment);
    lines.add("created by", torrent.created_by);
    if (torrent.creation_date) lines.add("created", date_text(*torrent.creation_date));
    for (std::size_t tier = 0; tier < torrent.trackers.size(); ++tier)
        for (const auto& url : torrent.trackers[tier])
            lines.add(fmt::format("tracker {}", tier + 1), url);
    for (const auto& url : torrent.web_seeds)
        lines.add("web seed", url);
    for (const auto& url : torrent.http_seeds)
        lines.add("http seed", url);
    for (const auto& node : torrent.nodes)
        lines.add("node", node_text(node));
    for (const auto& hash : torrent.similar)
        lines.add("similar", to_hex(as_bytes(hash)));
    for (const auto& name : torrent.collections)
        lines.add("collection", name);
    lines.add("magnet", magnet_link(torrent));
    auto text = escape_text(torrent.name) + (torrent.is_folder ? "/\n" : "\n") + lines.take();
    if (files == FileList::left_out || !torrent.is_folder) return text;
    for (const auto& file : torrent.files)
        if (!file.pad) text += file_line(file);
    return text;
}

void tell_warnings(const Arguments& arguments, const std::vector<Warning>& warnings) {
    if (arguments.has("quiet")) return;
    for (const auto& warning : warnings)
        complain(fmt::format("warning: {} ({})", warning.text, warning.code), LogLevel::warning);
}

Exit give_torrent(const Arguments& arguments, const Torrent& torrent, const std::vector<Warning>& warnings,
                  FileList files) {
    auto printed = Exit::done;
    if (arguments.has("json"))
        printed = print_result(json::serialize(torrent_json(torrent, warnings)) + "\n");
    else if (!arguments.has("quiet"))
        printed = print_result(torrent_text(torrent, files));
    tell_warnings(arguments, warnings);
    return printed;
}

}  // namespace mirrorseed::app
