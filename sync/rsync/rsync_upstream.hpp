// A tree behind rsync://, by way of the rsync program.
//
// Listing is one run of it. Fetching is runs over batches of names into a folder of
// each lane's own, with what the tree holds under these names as what its delta begins
// from; a file is taken from there as soon as rsync has gone on to the next.
#pragma once

#include "sync/rsync/rsync_program.hpp"
#include "sync/upstream.hpp"

#include <atomic>
#include <mutex>

namespace mirrorseed::sync {

class RsyncUpstream final : public Upstream {
public:
    static Result<std::unique_ptr<Upstream>> open(const std::string& url, const Manners& manners);

    const std::string& name() const override { return name_; }
    Result<Listing> list(const Selection& selection, Progress& progress) override;
    Result<std::optional<Entry>> look(const RelPath& path, Progress& progress) override;
    unsigned lanes() const override;
    void bring(Orders& orders, Progress& progress) override;

private:
    RsyncUpstream(RsyncUrl url, const Manners& manners);
    Result<Listing> list_once(const Selection& selection, Progress& progress);

    std::string name_;
    Manners manners_;
    RsyncProgram program_;
    std::atomic<unsigned> lanes_begun_{0};
    std::once_flag asked_for_trust_;
    bool trusts_names_ = false;
};

}  // namespace mirrorseed::sync
