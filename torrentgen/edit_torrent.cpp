#include "torrentgen/edit_torrent.hpp"

#include "core/http/shown_url.hpp"
#include "torrentgen/bencode.hpp"
#include "torrentgen/read_torrent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mirrorseed::torrentgen {
namespace {

// What a key is to hold; nothing takes it out.
using Changes = std::map<std::string, std::optional<Bencoded>, std::less<>>;

Bencoded text_list(const std::vector<std::string>& texts) {
    BencodedList list;
    for (const auto& text : texts)
        list.push_back({text});
    return {std::move(list)};
}

bool names(const Tiers& tiers, const std::string& url) {
    return std::ranges::any_of(tiers,
                               [&](const auto& tier) { return std::ranges::find(tier, url) != tier.end(); });
}

// What is named already is not added again.
Tiers tiers_after(const Edits& edits, const Torrent& torrent, std::vector<std::string>& notes) {
    auto tiers = edits.trackers.value_or(torrent.trackers);
    for (const auto& url : edits.remove_trackers) {
        if (!names(torrent.trackers, url))
            notes.push_back(fmt::format("\"{}\" is none of its trackers", without_credentials(url)));
        for (auto& tier : tiers)
            std::erase(tier, url);
    }
    for (auto tier : edits.add_trackers) {
        std::erase_if(tier, [&](const std::string& url) { return names(tiers, url); });
        tiers.push_back(std::move(tier));
    }
    std::erase_if(tiers, [](const auto& tier) { return tier.empty(); });
    return tiers;
}

// BEP 12: "announce" for clients that know no tiers, "announce-list" when there is more to say.
void change_trackers(const Tiers& tiers, Changes& changes) {
    changes["announce"] = std::nullopt;
    changes["announce-list"] = std::nullopt;
    BencodedList list;
    for (const auto& tier : tiers)
        list.push_back(text_list(tier));
    if (list.empty()) return;
    const auto& first = *list.front().get<BencodedList>();
    changes["announce"] = first.front();
    if (list.size() > 1 || first.size() > 1) changes["announce-list"] = Bencoded{std::move(list)};
}

void change_web_seeds(const Edits& edits, std::vector<std::string> seeds, Changes& changes,
                      std::vector<std::string>& notes) {
    const auto before = seeds;
    for (const auto& url : edits.remove_web_seeds)
        if (std::erase(seeds, url) == 0)
            notes.push_back(fmt::format("\"{}\" is none of its web seeds", without_credentials(url)));
    if (edits.clear_web_seeds) seeds.clear();
    for (const auto& url : edits.add_web_seeds)
        if (std::ranges::find(seeds, url) == seeds.end()) seeds.push_back(url);
    if (seeds == before) return;
    changes["url-list"] = std::nullopt;
    // A string alone is what the oldest clients read.
    if (seeds.size() == 1) changes["url-list"] = Bencoded{seeds.front()};
    if (seeds.size() > 1) changes["url-list"] = text_list(seeds);
}

Changes changes_for(const Edits& edits, const Torrent& torrent, std::vector<std::string>& notes) {
    Changes changes;
    if (const auto tiers = tiers_after(edits, torrent, notes); tiers != torrent.trackers)
        change_trackers(tiers, changes);
    change_web_seeds(edits, torrent.web_seeds, changes, notes);
    if (edits.comment && *edits.comment != torrent.comment) {
        changes["comment"] = std::nullopt;
        changes["comment.utf-8"] = std::nullopt;  // clients would show it instead
        if (!edits.comment->empty()) changes["comment"] = Bencoded{*edits.comment};
    }
    if (edits.creation_date && *edits.creation_date != torrent.creation_date) {
        changes["creation date"] = std::nullopt;
        if (*edits.creation_date) changes["creation date"] = Bencoded{**edits.creation_date};
    }
    return changes;
}

std::string member_bytes(std::string_view key, const Bencoded& value) {
    return encode_bencoded({std::string(key)}) + encode_bencoded(value);
}

// A key that is there is replaced where it stands; a new one goes in front of the first that sorts after it.
std::string spliced(std::string_view bytes, const BencodeNode& root, Changes changes) {
    std::string out(bytes.substr(0, root.begin() + 1));
    const auto put = [&](Changes::iterator change) {
        if (change->second) out += member_bytes(change->first, *change->second);
        change->second = std::nullopt;
    };
    std::map<std::string_view, bool> is_there;
    for (const auto member : root.members())
        if (changes.contains(member.key)) is_there[member.key] = true;
    for (const auto member : root.members()) {
        for (auto change = changes.begin(); change != changes.end() && change->first < member.key; ++change)
            if (!is_there[change->first]) put(change);
        const auto named = changes.find(member.key);
        if (named != changes.end())
            put(named);
        else
            out += bytes.substr(member.begin, member.value.end() - member.begin);
    }
    for (auto change = changes.begin(); change != changes.end(); ++change)
        put(change);
    return out.append(bytes.substr(root.end() - 1));
}

}  // namespace

Result<EditedTorrent> edit_torrent(std::string_view bytes, const Edits& edits) {
    auto before = read_torrent(bytes);
    if (!before) return before.error();
    const auto view = BencodeView::parse(bytes);
    if (!view) return view.error();
    EditedTorrent edited;
    edited.bytes = spliced(bytes, view->root(), changes_for(edits, before->torrent, edited.notes));
    auto after = read_torrent(edited.bytes);
    if (!after) return after.error().within("after the edit");
    const auto info = [](std::string_view text, const ReadTorrent& read) {
        return text.substr(read.info_begin, read.info_end - read.info_begin);
    };
    if (info(bytes, *before) != info(edited.bytes, *after) ||
        before->torrent.info_hash_v1 != after->torrent.info_hash_v1 ||
        before->torrent.info_hash_v2 != after->torrent.info_hash_v2)
        return Error(Fault::failed, "the edit would change the info hash");
    edited.torrent = std::move(after->torrent);
    return edited;
}

}  // namespace mirrorseed::torrentgen
