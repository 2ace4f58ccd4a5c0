#include "app/serve/mirror_metrics.hpp"

#include "app/wiring/metadata_age.hpp"
#include "app/wiring/wiring.hpp"
#include "core/http/shown_url.hpp"
#include "core/system/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace mirrorseed::app {
namespace {

constexpr UnixTime counted_again_after = 60;

std::string heading(std::string_view name, std::string_view help) {
    return fmt::format("# HELP mirrorseed_{0} {1}\n# TYPE mirrorseed_{0} gauge\n", name, help);
}

// A tree's name needs no quoting.
std::string of_trees(std::string_view name, std::string_view help, const std::vector<TreeFacts>& trees,
                     auto value) {
    auto text = heading("tree_" + std::string(name), help);
    for (const auto& tree : trees)
        fmt::format_to(std::back_inserter(text), "mirrorseed_tree_{}{{tree=\"{}\"}} {}\n", name,
                       tree.tree.name, static_cast<std::int64_t>(value(tree)));
    return text;
}

std::string one(std::string_view name, std::string_view help, std::uint64_t value) {
    return heading(name, help) + fmt::format("mirrorseed_{} {}\n", name, value);
}

std::string quoted(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c == '\n')
            out += "\\n";
        else if (c == '"' || c == '\\')
            out += {'\\', c};
        else
            out += c;
    return out;
}

std::string upstreams(const std::vector<TreeFacts>& trees) {
    auto text = heading("tree_upstream_info", "the upstream that was asked last");
    for (const auto& tree : trees)
        fmt::format_to(std::back_inserter(text),
                       "mirrorseed_tree_upstream_info{{tree=\"{}\",upstream=\"{}\"}} 1\n", tree.tree.name,
                       quoted(as_utf8(tree.upstream)));
    return text;
}

std::string trees_text(const Config& config, const std::vector<TreeFacts>& trees, UnixTime now) {
    const auto since = [now](UnixTime then) { return then == 0 ? 0 : std::max<UnixTime>(0, now - then); };
    return of_trees("in_config", "1 where the config names the tree; 0: it is served and synced no more",
                    trees,
                    [&](const auto& it) { return find_tree(config, it.tree.name) == nullptr ? 0 : 1; }) +
           of_trees("generation", "the generation that is published; 0: none", trees,
                    [](const auto& it) { return it.tree.generation; }) +
           of_trees("published_timestamp_seconds", "when that was", trees,
                    [](const auto& it) { return it.generation.published; }) +
           of_trees("files", "files in it", trees, [](const auto& it) { return it.generation.files; }) +
           of_trees("bytes", "bytes of these", trees, [](const auto& it) { return it.generation.bytes; }) +
           of_trees("lag_seconds", "since when an upstream shows what is not published; 0: all of it is",
                    trees, [&](const auto& it) { return since(it.tree.behind_since); }) +
           of_trees("last_success_timestamp_seconds", "when an upstream was last read to its end; 0: never",
                    trees, [](const auto& it) { return it.tree.read_at; }) +
           of_trees("held", "1 where a candidate waits for a person", trees,
                    [](const auto& it) { return it.tree.held_reason.empty() ? 0 : 1; }) +
           of_trees("paused", "1 after a rollback, until `sync TREE`", trees,
                    [](const auto& it) { return it.tree.paused ? 1 : 0; }) +
           of_trees("failing", "1 where the last run failed", trees,
                    [](const auto& it) { return it.last_run && it.last_run->outcome == "failed" ? 1 : 0; }) +
           of_trees("warnings", "files that are published though a list of checksums contradicts them", trees,
                    [](const auto& it) { return it.warnings; }) +
           of_trees("unfinished", "steps behind the publish that are still to do", trees,
                    [](const auto& it) { return it.unfinished; }) +
           of_trees("valid_until_timestamp_seconds",
                    "when the metadata that is published is over; 0: it tells no time", trees,
                    [](const auto& it) { return it.valid_until; }) +
           upstreams(trees);
}

// Where nobody holds the store there is no job either.
std::string jobs_text(const std::optional<LiveState>& live) {
    const std::uint64_t running = !live || live->job.empty() ? 0 : 1 + live->beside.size();
    return one("keeper", "1 where a keeper runs beside the server; 0: commands do its jobs",
               live && live->started != 0 ? 1 : 0) +
           one("jobs_running", "jobs that work at the store", running) +
           one("jobs_waiting", "jobs that wait for their turn", live ? live->waiting : 0);
}

std::string upstream_of(const TreeConfig* config, const std::optional<RunRow>& run) {
    if (run && !run->upstream.empty()) return run->upstream;
    return config == nullptr || config->upstreams.empty() ? std::string()
                                                          : without_credentials(config->upstreams.front());
}

}  // namespace

MirrorFacts MirrorFactsReader::read(const Config& config, Catalogue& catalogue,
                                    const std::optional<LiveState>& live, UnixTime now) {
    MirrorFacts facts{.live = live};
    for (auto& tree : catalogue.trees().all()) {
        const auto* named = find_tree(config, tree.name);
        if (tree.generation == 0 && named == nullptr) continue;
        TreeFacts about{
            .generation = catalogue.trees().generation(tree.id, tree.generation).value_or(GenerationRow()),
            .last_run = catalogue.runs().last(tree.id),
            .warnings = catalogue.doubts().shown(tree.id)};
        about.unfinished = unfinished_steps(tree, about.generation, named, catalogue);
        if (named != nullptr)
            about.valid_until = valid_until(places_of(config).store, *named, catalogue).value_or(0);
        about.upstream = upstream_of(named, about.last_run);
        about.tree = std::move(tree);
        facts.trees.push_back(std::move(about));
    }
    for (const auto& tree : config.trees)
        if (!catalogue.trees().find(tree.name))
            facts.trees.push_back({.tree = {.name = tree.name}, .upstream = upstream_of(&tree, {})});
    if (const auto space = space_at(places_of(config).store)) facts.free = space->free;
    const std::lock_guard lock(mutex_);
    if (!counted_ || now < *counted_ || now - *counted_ >= counted_again_after) {
        stored_ = catalogue.contents().stored();
        counted_ = now;
    }
    facts.stored = stored_;
    return facts;
}

std::string mirror_metrics(const Config& config, const MirrorFacts& facts, UnixTime now) {
    return heading("info", "the program") + "mirrorseed_info{version=\"" MIRRORSEED_VERSION "\"} 1\n" +
           trees_text(config, facts.trees, now) + jobs_text(facts.live) +
           one("store_free_bytes", "free on the store's file system", facts.free) +
           one("store_blobs", "contents in the store", facts.stored.files) +
           one("store_blob_bytes", "bytes of these", facts.stored.bytes);
}

}  // namespace mirrorseed::app
