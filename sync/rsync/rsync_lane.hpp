// One connection after the other to an rsync server, each for a batch of files.
//
// A batch is written into a folder of the lane's own, staging/rsync-N, by a run of its own
// (sync/rsync/rsync_run.hpp). Large parts of files that are there when rsync ended early go to
// staging/left, where the next batch that wants such a file takes its part from.
#pragma once

#include "sync/rsync/rsync_run.hpp"

#include <vector>

namespace mirrorseed::sync {

class RsyncLane {
public:
    struct Ways {
        unsigned number = 0;
        bool trusts_names = false;  // see RsyncProgram::Delivery
    };
    RsyncLane(const RsyncProgram& program, const Manners& manners, Ways ways, Orders& orders,
              Progress& progress);

    void run();

private:
    Status bring(const std::vector<Order*>& taken);
    Status keep_parts(const Folder& folder, const RelPath& path);
    enum class Parts { keep, drop };
    Status clear(Parts parts);

    RsyncShop shop_;
    bool is_first_ = true;  // batch of this lane
};

}  // namespace mirrorseed::sync
