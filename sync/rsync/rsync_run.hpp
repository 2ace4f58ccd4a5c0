// One run of the rsync program, which fetches one batch of files into one folder.
//
// A file is whole when rsync tells of the next one, and is handed over then. An object is good for one run:
// it is prepared, it fetches, and it tells what did not come.
#pragma once

#include "sync/orders.hpp"
#include "sync/rsync/rsync_output.hpp"
#include "sync/rsync/rsync_patience.hpp"
#include "sync/rsync/rsync_program.hpp"
#include "sync/upstream.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mirrorseed::sync {

// What all runs of one lane share. It outlives them.
struct RsyncShop {
    const RsyncProgram& program;
    const Manners& manners;
    Orders& orders;
    Progress& progress;
    bool trusts_names = false;  // see RsyncProgram::Delivery
    // Below staging: where a run writes, where parts wait, and where its delta begins from.
    RelPath work{}, left{}, basis{};
};

class RsyncRun {
public:
    // Each run is a connection and a start of three processes, so it should not be small; and what is not
    // arrived when it ends early is asked for again.
    static constexpr std::size_t most_files = 25'000;
    static constexpr Bytes most_bytes = Bytes{16} << 30;
    // Below this nobody misses a progress line.
    static constexpr Bytes large = Bytes{8} << 20;
    // Smaller parts are not worth keeping.
    static constexpr Bytes least_part = Bytes{1} << 20;

    // `folder` is the shop's work, and empty.
    RsyncRun(const RsyncShop& shop, Folder folder, const std::vector<Order*>& taken);

    // Lays out what is here already: parts, and what a delta begins from.
    Status prepare();
    Result<ProgramEnd> fetch();
    // What is left of the batch did not come. An error when nothing else would come either.
    Status tell_missing(const Result<ProgramEnd>& end);

private:
    void reuse_part(const Order& order);
    void keep_part(const Order& order);
    Status lay_basis(const Order& order);

    RsyncProgram::Delivery delivery() const;
    RsyncPatience::Run bounds(Rate limit) const;
    Result<ProgramEnd> watch_over(const Program& program, const RsyncPatience::Run& bounds);
    Status take_line(std::string_view line);
    Status hand_over(const RsyncSaid& file);
    Status throw_away(const RsyncSaid& file);
    Result<const Folder*> folder_above(const RelPath& path);

    const RsyncShop& shop_;
    const std::vector<Order*>& taken_;
    Folder folder_;
    std::string mark_;  // of lines that tell of files
    Bytes largest_ = 0;
    bool tells_progress_ = false;
    bool asks_for_folders_ = false;
    bool has_basis_ = false;
    Bytes largest_old_ = 0;  // that a delta begins from

    std::unordered_map<std::string, Order*> open_;  // by the path's bytes
    RsyncSaid pending_;                             // told of, and perhaps not closed yet
    Bytes told_ = 0;                                // bytes that its progress line said came
    Bytes came_ = 0;                                // since the pace was looked at
    std::size_t not_asked_for_ = 0;                 // files
    std::size_t folders_ = 0;                       // that it told of
    std::optional<Folder> above_;                   // of the file in hand; files come folder by folder
    RelPath above_path_;
};

}  // namespace mirrorseed::sync
