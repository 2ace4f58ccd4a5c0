#include "app/keeper/upkeep_jobs.hpp"

#include "app/command_line/report_json.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

TEST(UpkeepJobs, TellWhetherDamageWasMended) {
    const sync::Damage one{.tree = "debian", .path = {}, .digest = {}};
    sync::VerifyResult found;
    found.damaged = {one};
    EXPECT_FALSE(has_mended({.report = to_json(found)}));
    found.repaired = {one};
    EXPECT_TRUE(has_mended({.report = to_json(found)}));
    EXPECT_FALSE(has_mended({}));
    EXPECT_FALSE(has_mended(JobAnswer::failure(Error(Fault::failed, "it failed"))));
}

}  // namespace
}  // namespace mirrorseed::app
