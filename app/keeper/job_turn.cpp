#include "app/keeper/job_turn.hpp"

#include "app/release/describer.hpp"
#include "app/wiring/wiring.hpp"
#include "sync/host_places.hpp"
#include "sync/upstream_kind.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace mirrorseed::app {
namespace {

// An adoption asks nobody.
std::vector<HostWish> hosts_of(const JobContext& context, const std::string& tree) {
    std::vector<HostWish> hosts;
    const auto* config = find_tree(context.config, tree);
    if (config == nullptr || context.arguments.name() != "sync") return hosts;
    const auto manners = manners_for(context.config, *config, context.arguments);
    const auto connections = manners ? manners->connections : config->manners.connections;
    for (const auto& url : config->upstreams) {
        const auto kind = sync::kind_of(url);
        const auto host = sync::upstream_host(url);
        if (!kind || host.empty()) continue;
        hosts.push_back({host, connections == 0 ? sync::usual_connections(*kind) : connections});
    }
    return hosts;
}

bool is_done(const Result<sync::SyncResult>& result) {
    return result && result->outcome != sync::Outcome::failed;
}

// What it published stands; what follows that was cut short.
void follow_again(const JobContext& context, TurnWish wish, sync::SyncResult& result) {
    Progress part(context.progress);
    const auto turn = context.turns.take(wish, part);
    if (turn) result.unfinished = publisher_of(context, part).follow(wish.tree).unfinished;
}

}  // namespace

sync::Publisher publisher_of(const JobContext& context, Progress& progress) {
    const auto keeping = [&config = context.config](const std::string& name) {
        const auto* tree = find_tree(config, name);
        return tree == nullptr ? sync::Keeping() : keeping_of(*tree);
    };
    return {context.store, keeping, describe_releases(context.config, context.log), context.clock, progress};
}

TreeTurn in_turn(const JobContext& context, Work kind, const std::string& tree, const TreeWork& work) {
    const TurnWish wish{.job = context.number, .work = kind, .tree = tree, .hosts = hosts_of(context, tree)};
    const auto once = [&]() -> std::pair<Result<sync::SyncResult>, Yield> {
        Progress part(context.progress);
        const auto turn = context.turns.take(wish, part);
        if (!turn) return {turn.error(), turn.error().is(Fault::changed) ? Yield::for_good : Yield::no};
        auto publisher = publisher_of(context, part);
        auto result = work(publisher);
        return {std::move(result), turn->yield()};
    };
    for (;;) {
        auto [result, yield] = once();
        if (context.progress.stop_requested() || yield == Yield::no) return {std::move(result), false};
        if (yield == Yield::for_good) {
            if (result && !is_done(result))
                result->note = fmt::format(
                    "it was stopped for what was asked for {0} meanwhile, which has the last word; what was "
                    "fetched is kept, and `mirrorseed sync {0}` goes on from there",
                    tree);
            const bool is_overruled = !is_done(result);
            return {std::move(result), is_overruled};
        }
        if (!is_done(result)) continue;
        if (result->outcome == sync::Outcome::published && !result->unfinished.empty())
            follow_again(context, wish, *result);
        return {std::move(result), false};
    }
}

}  // namespace mirrorseed::app
