#include "app/command_line/report_json.hpp"

#include "core/text.hpp"

#include <boost/json/value.hpp>

#include <cmath>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

// JSON holds UTF-8 alone; a name's other bytes are shown as \xHH.
json::string path_text(const RelPath& path) {
    return json::string(as_utf8(path.str()));
}

json::object amount(const sync::Amount& value) {
    return {{"files", value.files}, {"bytes", value.bytes}};
}

json::array reasons(const std::vector<LeftOut>& items) {
    json::array list;
    for (const auto& item : items)
        list.push_back({{"path", path_text(item.path)}, {"reason", as_utf8(item.reason)}});
    return list;
}

json::array texts(const std::vector<LeftOut>& items) {
    json::array list;
    for (const auto& item : items)
        list.push_back({{"path", path_text(item.path)}, {"text", as_utf8(item.reason)}});
    return list;
}

json::array done_steps(const std::vector<sync::DoneStep>& items) {
    json::array list;
    for (const auto& item : items)
        list.push_back({{"generation", item.generation}, {"step", item.step}});
    return list;
}

json::array damages(const std::vector<sync::Damage>& items) {
    json::array list;
    for (const auto& item : items)
        list.push_back({{"tree", item.tree}, {"path", path_text(item.path)}, {"sha256", item.digest.hex()}});
    return list;
}

}  // namespace

json::array to_json(const std::vector<sync::UnfinishedStep>& items) {
    json::array list;
    for (const auto& item : items)
        list.push_back(
            {{"generation", item.generation}, {"step", item.step}, {"error", as_utf8(item.error.text())}});
    return list;
}

json::value to_json(const std::vector<sync::SelectedPart>& parts) {
    json::array list;
    for (const auto& part : parts)
        list.push_back({{"part", as_utf8(part.name)}, {"files", part.files}, {"bytes", part.bytes}});
    return list;
}

json::value to_json(const sync::SyncResult& result) {
    json::object object;
    object["tree"] = result.tree;
    object["upstream"] = as_utf8(result.upstream);
    object["generation"] = result.generation;
    object["outcome"] = sync::outcome_name(result.outcome);
    object["fetch"] = amount(result.fetch);
    object["reuse"] = amount(result.reuse);
    object["delta"] = {{"files", result.delta.files}, {"bytes_saved", result.delta.bytes}};
    object["delete"] = amount(result.remove);
    object["total"] = amount(result.total);
    object["transferred_bytes"] = result.transferred;
    object["seconds"] = std::round(result.seconds * 1000) / 1000;
    object["held_reason"] = as_utf8(result.held_reason);
    object["quarantined"] = reasons(result.quarantined);
    object["left_out"] = reasons(result.left_out);
    object["warnings"] = texts(result.warnings);
    object["unfinished"] = to_json(result.unfinished);
    object["caught_up"] = done_steps(result.caught_up);
    if (!result.selection.empty()) object["selection"] = to_json(result.selection);
    if (!result.candidate.empty()) object["candidate"] = result.candidate;
    if (!result.note.empty()) object["note"] = as_utf8(result.note);
    if (result.error) object["error"] = as_utf8(result.error->text());
    return object;
}

json::value to_json(const sync::VerifyResult& result) {
    return {{"checked", amount(result.checked)},
            {"damaged", damages(result.damaged)},
            {"repaired", damages(result.repaired)}};
}

json::value to_json(const sync::CollectResult& result) {
    return {{"freed", amount(result.freed)}, {"kept", amount(result.kept)}};
}

json::value to_json(const sync::WithdrawResult& result, const std::vector<Digest>& contents) {
    json::array paths;
    for (const auto& [tree, path] : result.paths)
        paths.push_back({{"tree", tree}, {"path", path_text(path)}});
    json::array trees;
    for (const auto& tree : result.trees)
        trees.push_back(json::string(tree));
    json::array digests;
    for (const auto& digest : contents)
        digests.push_back(json::string(digest.hex()));
    return {{"sha256", contents.front().hex()},
            {"contents", digests},
            {"paths", paths},
            {"trees", trees},
            {"was_stored", result.had_blob}};
}

json::value to_json(const sync::RecoverResult& result) {
    json::array trees;
    for (const auto& tree : result.trees)
        trees.push_back({{"tree", tree.name},
                         {"generation", tree.generation},
                         {"files", tree.files},
                         {"bytes", tree.bytes}});
    const auto texts = [](const std::vector<std::string>& lines) {
        json::array all;
        for (const auto& line : lines)
            all.push_back(json::string(as_utf8(line)));
        return all;
    };
    return {{"trees", trees},
            {"blobs", result.blobs},
            {"troubles", texts(result.troubles)},
            {"mended", texts(result.mended)}};
}

json::value to_json(const sync::Forgettable& tree, Forgotten forgotten) {
    return {{"tree", tree.tree},
            {"generation", tree.generation},
            {"files", tree.published.files},
            {"bytes", tree.published.bytes},
            {"pinned", amount(tree.pinned)},
            {"forgotten", forgotten == Forgotten::yes}};
}

json::value history_json(const TreeRow& tree, const std::vector<GenerationRow>& generations) {
    json::array list;
    for (const auto& row : generations)
        list.push_back({{"generation", row.number},
                        {"published", row.published},
                        {"entries", row.entries},
                        {"files", row.files},
                        {"bytes", row.bytes},
                        {"added", row.added},
                        {"changed", row.changed},
                        {"removed", row.removed},
                        {"current", row.number == tree.generation},
                        {"kept", row.kept},
                        {"restores", row.restores}});
    return list;
}

json::value diff_json(const std::vector<EntryChange>& changes) {
    // Folders come and go with what is in them; a list of what changed names files and links.
    const auto is_name = [](const std::optional<Entry>& entry) {
        return entry && entry->kind != EntryKind::folder;
    };
    json::array added, changed, removed;
    for (const auto& change : changes) {
        if (change.before == change.after) continue;
        if (is_name(change.after))
            (is_name(change.before) ? changed : added).push_back(path_text(change.path));
        else if (is_name(change.before))
            removed.push_back(path_text(change.path));
    }
    return {{"added", added}, {"changed", changed}, {"removed", removed}};
}

}  // namespace mirrorseed::app
