// What commands report, in the JSON that --json promises.
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/generation/forget.hpp"
#include "sync/generation/operator_jobs.hpp"
#include "sync/generation/recover.hpp"
#include "sync/generation/upkeep.hpp"
#include "sync/run/sync_job.hpp"

#include <boost/json/fwd.hpp>

#include <vector>

namespace mirrorseed::app {

boost::json::value to_json(const std::vector<sync::SelectedPart>& parts);
boost::json::value to_json(const sync::SyncResult& result);
boost::json::value to_json(const sync::VerifyResult& result);
boost::json::value to_json(const sync::CollectResult& result);
boost::json::value to_json(const sync::WithdrawResult& result, const std::vector<Digest>& contents);
boost::json::value to_json(const sync::RecoverResult& result);
enum class Forgotten { yes, no };
boost::json::value to_json(const sync::Forgettable& tree, Forgotten forgotten);
boost::json::array to_json(const std::vector<sync::UnfinishedStep>& items);
boost::json::value history_json(const TreeRow& tree, const std::vector<GenerationRow>& generations);
boost::json::value diff_json(const std::vector<EntryChange>& changes);

}  // namespace mirrorseed::app
