// A tree behind rsync://, by way of the rsync program.
//
// Listing is one run of it. Fetching is runs over batches of names into a folder of
// each lane's own, with what the tree holds under these names as what its delta begins
// from; a file is taken from there as soon as rsync has gone on to the next.
#pragma once

#include "sync/rsync/rsync_listing.hpp"
#include "sync/rsync/rsync_program.hpp"
#include "sync/upstream.hpp"

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

// Lanes that run have different ones, below how many there may be.
class LaneNumbers {
public:
    class Held {
    public:
        explicit Held(LaneNumbers& numbers);
        ~Held();
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        unsigned number() const noexcept { return number_; }

    private:
        LaneNumbers& numbers_;
        unsigned number_ = 0;
    };

private:
    std::mutex mutex_;
    std::set<unsigned> held_;
};

class RsyncUpstream final : public Upstream {
public:
    static Result<std::unique_ptr<Upstream>> open(const std::string& url, const Manners& manners);

    const std::string& name() const override { return name_; }
    Result<Listing> list(const Selection& selection, Progress& progress) override;
    Result<std::vector<std::optional<Entry>>> look_at_all(const std::vector<RelPath>& paths,
                                                          Progress& progress) override;
    Result<std::optional<Entry>> look(const RelPath& path, Progress& progress) override;
    Result<std::optional<PackedFolder>> names_in(const RelPath& folder, Progress& progress) override;
    unsigned lanes() const override;
    HostGuest guest() const override { return guest_; }
    void bring(Orders& orders, Progress& progress) override;

private:
    RsyncUpstream(RsyncUrl url, const Manners& manners);
    Result<Listing> list_once(const Selection& selection, Progress& progress);
    // What it says of these names, a folder's with a slash behind it.
    Result<std::unordered_set<std::string>> ask_about(const std::vector<std::string>& names,
                                                      const std::function<void(RsyncLine&&)>& seen,
                                                      Progress& progress);

    std::string name_;
    Manners manners_;
    RsyncProgram program_;
    HostGuest guest_;
    LaneNumbers numbers_;
    std::once_flag asked_for_trust_;
    bool trusts_names_ = false;
};

}  // namespace mirrorseed::sync
