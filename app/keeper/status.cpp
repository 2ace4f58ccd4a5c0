#include "app/keeper/status.hpp"

#include "app/keeper/tracker_json.hpp"
#include "app/wiring/metadata_age.hpp"
#include "app/wiring/wiring.hpp"
#include "core/http/shown_url.hpp"
#include "core/system/control_socket.hpp"
#include "core/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <chrono>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

constexpr std::chrono::milliseconds patience{2000};

std::uint64_t count_at(const json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (value->is_uint64()) return value->get_uint64();
    return value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

std::string text_at(const json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What works on the tree, of all that runs.
const LiveState* at_tree(const std::optional<LiveState>& live, const std::string& tree) {
    if (!live) return nullptr;
    if (live->tree == tree) return &*live;
    const auto found = std::find_if(live->beside.begin(), live->beside.end(),
                                    [&](const LiveState& other) { return other.tree == tree; });
    return found == live->beside.end() ? nullptr : &*found;
}

std::string state_of(const TreeRow& tree, const std::optional<RunRow>& run, const LiveState* live) {
    if (live != nullptr) return "syncing";
    if (!tree.held_reason.empty()) return "held";
    if (run && run->outcome == "failed") return "failed";
    return tree.generation == 0 ? "never" : "idle";
}

UnixTime lag_of(const TreeRow& tree, UnixTime now) {
    return tree.behind_since == 0 ? 0 : std::max<UnixTime>(0, now - tree.behind_since);
}

json::value run_json(const std::optional<RunRow>& run) {
    if (!run) return nullptr;
    return {{"started", run->started},
            {"ended", run->ended},
            {"outcome", run->outcome},
            {"error", as_utf8(run->error)},
            {"transferred_bytes", run->transferred}};
}

// What follows the published generation in the store, and what is owed of it and of older ones.
json::array unfinished_json(const TreeRow& tree, const GenerationRow& generation, bool has_checkout,
                            Catalogue& catalogue) {
    json::array list;
    const auto add = [&](std::string_view step) {
        list.push_back({{"generation", tree.generation}, {"step", step}});
    };
    if (tree.generation != 0 && !generation.manifest) add("manifest");
    if (has_checkout && tree.checkout != tree.generation) add("checkout");
    for (const auto& row : catalogue.owed().all(tree.id))
        list.push_back({{"generation", row.generation},
                        {"step", name_of(row.step)},
                        {"tries", row.tries},
                        {"error", as_utf8(row.error)},
                        {"given_up", row.is_given_up}});
    return list;
}

// Nothing where nobody syncs it by itself.
json::value next_run_json(const std::string& tree, const std::optional<LiveState>& live) {
    if (!live) return nullptr;
    const auto next = live->next.find(tree);
    return next == live->next.end() ? json::value() : json::value(next->second);
}

json::object progress_json(const LiveState& live) {
    return {{"phase", live.progress.phase},
            {"files_done", live.progress.files_done},
            {"files_total", live.progress.files_total},
            {"bytes_done", live.progress.bytes_done},
            {"bytes_total", live.progress.bytes_total},
            {"rate", live.rate}};
}

json::value server_json(const ServerCounts& counts) {
    return {{"connections", counts.connections},
            {"requests", counts.requests},
            {"bytes_sent", counts.bytes_sent}};
}

ServerCounts server_from_json(const json::object& server, const json::value* tracker) {
    ServerCounts counts{
        count_at(server, "connections"), count_at(server, "requests"), count_at(server, "bytes_sent"), {}};
    if (tracker == nullptr || !tracker->is_array()) return counts;
    const auto row = json::try_value_to<std::vector<std::uint64_t>>(*tracker);
    if (row) counts.tracker = httpd::TrackerFacts::of_numbers(*row);
    return counts;
}

std::size_t running_jobs(const std::optional<LiveState>& live) {
    return !live || live->job.empty() ? 0 : 1 + live->beside.size();
}

json::value running_json(const std::optional<LiveState>& live) {
    if (!live || live->job.empty()) return nullptr;
    auto object = progress_json(*live);
    object["job"] = live->job;
    object["tree"] = live->tree;
    return object;
}

json::value tree_json(const std::string& name, const TreeConfig* config, const std::string& store,
                      Catalogue* catalogue, const std::optional<LiveState>& live, UnixTime now) {
    const auto upstream = config == nullptr || config->upstreams.empty()
                              ? std::string()
                              : without_credentials(config->upstreams.front());
    json::array unfinished, undescribed;
    TreeRow tree{.name = name};
    GenerationRow generation;
    std::optional<RunRow> run;
    std::uint64_t warnings = 0;
    UnixTime until = 0;
    if (catalogue != nullptr)
        if (const auto found = catalogue->trees().find(name)) {
            tree = *found;
            generation = catalogue->trees().generation(tree.id, tree.generation).value_or(generation);
            run = catalogue->runs().last(tree.id);
            warnings = catalogue->doubts().shown(tree.id);
            if (config != nullptr) until = valid_until(store, *config, *catalogue).value_or(0);
            for (const auto& [path, reason] : catalogue->releases().undescribed(tree.id))
                undescribed.push_back({{"path", as_utf8(path.str())}, {"reason", as_utf8(reason)}});
            unfinished =
                unfinished_json(tree, generation, config != nullptr && config->keeping.checkout, *catalogue);
        }
    json::object object{{"name", name},
                        {"state", state_of(tree, run, at_tree(live, name))},
                        {"generation", tree.generation},
                        {"published", generation.published},
                        {"files", generation.files},
                        {"bytes", generation.bytes},
                        // The one that was asked last may not be the first.
                        {"upstream", as_utf8(run && !run->upstream.empty() ? run->upstream : upstream)},
                        {"lag_seconds", lag_of(tree, now)},
                        {"last_success", tree.read_at},
                        {"paused", tree.paused},
                        {"in_config", config != nullptr},
                        {"held_reason", as_utf8(tree.held_reason)},
                        {"candidate", tree.held_name},
                        {"warnings", warnings},
                        {"valid_until", until},
                        {"expired", until != 0 && until < now},
                        {"unfinished", std::move(unfinished)},
                        {"undescribed", std::move(undescribed)},
                        {"last_run", run_json(run)},
                        {"next_run", next_run_json(name, live)},
                        {"progress", nullptr}};
    if (const auto* at_work = at_tree(live, name)) object["progress"] = progress_json(*at_work);
    return object;
}

}  // namespace

std::size_t unfinished_steps(const TreeRow& tree, const GenerationRow& generation, const TreeConfig* config,
                             Catalogue& catalogue) {
    return unfinished_json(tree, generation, config != nullptr && config->keeping.checkout, catalogue).size();
}

json::value to_json(const LiveState& state) {
    json::array beside;
    for (const auto& other : state.beside)
        beside.push_back(to_json(other));
    return {
        {"started", state.started},
        {"job", state.job},
        {"tree", state.tree},
        {"phase", state.progress.phase},
        {"current", as_utf8(state.progress.current)},
        {"files_done", state.progress.files_done},
        {"files_total", state.progress.files_total},
        {"bytes_done", state.progress.bytes_done},
        {"bytes_total", state.progress.bytes_total},
        {"rate", state.rate},
        {"beside", std::move(beside)},
        {"waiting", state.waiting},
        {"server", state.server ? server_json(*state.server) : json::value()},
        {"tracker", state.server && state.server->tracker ? json::value_from(state.server->tracker->numbers())
                                                          : json::value()},
        {"next", json::value_from(state.next)}};
}

std::optional<LiveState> live_state_from_json(const json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr) return std::nullopt;
    LiveState state{.started = static_cast<UnixTime>(count_at(*object, "started")),
                    .job = text_at(*object, "job"),
                    .tree = text_at(*object, "tree"),
                    .progress = {.phase = text_at(*object, "phase"),
                                 .current = text_at(*object, "current"),
                                 .files_done = count_at(*object, "files_done"),
                                 .files_total = count_at(*object, "files_total"),
                                 .bytes_done = count_at(*object, "bytes_done"),
                                 .bytes_total = count_at(*object, "bytes_total")}};
    const auto* rate = object->if_contains("rate");
    if (rate != nullptr && rate->is_double()) state.rate = rate->get_double();
    state.waiting = count_at(*object, "waiting");
    if (const auto* server = object->if_contains("server"); server != nullptr && server->is_object())
        state.server = server_from_json(server->get_object(), object->if_contains("tracker"));
    if (const auto* next = object->if_contains("next"); next != nullptr && next->is_object())
        for (const auto& [tree, at] : next->get_object())
            if (at.is_int64()) state.next[std::string(tree)] = at.get_int64();
    const auto* beside = object->if_contains("beside");
    if (beside == nullptr || !beside->is_array()) return state;
    for (const auto& item : beside->get_array())
        if (auto other = live_state_from_json(item)) state.beside.push_back(std::move(*other));
    return state;
}

std::optional<LiveState> ask_live_state(const std::string& store) {
    auto channel = ControlChannel::connect(store);
    if (!channel || !*channel || !(*channel)->send(R"({"ask":"state"})")) return std::nullopt;
    const auto line = (*channel)->receive(patience);
    if (!line || !*line) return std::nullopt;
    json::error_code error;
    const auto answer = json::parse(**line, error);
    return error ? std::nullopt : live_state_from_json(answer);
}

json::value status_json(const Config& config, Catalogue* catalogue, const std::optional<LiveState>& live,
                        const ServerCounts& server, UnixTime now) {
    json::array trees;
    const auto places = places_of(config);
    for (const auto& tree : config.trees)
        trees.push_back(tree_json(tree.name, &tree, places.store, catalogue, live, now));
    if (catalogue != nullptr)
        for (const auto& tree : catalogue->trees().all())
            if (find_tree(config, tree.name) == nullptr && tree.generation != 0)
                trees.push_back(tree_json(tree.name, nullptr, places.store, catalogue, live, now));
    const auto space = space_at(places.store);
    const auto stored = catalogue == nullptr ? Contents::Sum() : catalogue->contents().stored();
    return {{"version", MIRRORSEED_VERSION},
            {"started", live ? live->started : 0},
            {"running", running_json(live)},
            {"store",
             {{"path_free_bytes", space ? space->free : 0},
              {"blobs", stored.files},
              {"blob_bytes", stored.bytes}}},
            {"trees", trees},
            {"not_built", json::array(config.not_built.begin(), config.not_built.end())},
            {"queue", {{"running", running_jobs(live)}, {"waiting", live ? live->waiting : 0}}},
            {"server", server_json(server)},
            {"tracker", server.tracker ? tracker_json(*server.tracker) : json::value()}};
}

}  // namespace mirrorseed::app
