// One connection after the other to an rsync server, each for a batch of files.
//
// A batch is written into a folder of the lane's own, staging/rsync-N. A file is whole
// when rsync tells of the next one, and is handed over then. Large parts of files that
// are there when rsync ended early go to staging/left, where the next batch that wants
// such a file takes its part from.
#pragma once

#include "sync/orders.hpp"
#include "sync/rsync/rsync_program.hpp"
#include "sync/upstream.hpp"

#include <optional>
#include <string>
#include <unordered_map>
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
    using Batch = std::unordered_map<std::string, Order*>;  // by the path's bytes

    Status bring(const std::vector<Order*>& taken);
    Status prepare(const std::vector<Order*>& taken);
    Status prepare_basis(const std::vector<Order*>& taken);
    Status keep_parts(const Folder& folder, const RelPath& path);
    void keep_part(const Order& order);
    void reuse_part(const Order& order);
    Result<ProgramEnd> fetch(const std::vector<Order*>& taken);
    Status take_line(std::string_view line);
    Status hand_over(const std::string& path);
    Status throw_away(const std::string& path);
    Result<const Folder*> folder_above(const RelPath& path);
    Status settle(const Result<ProgramEnd>& end);
    enum class Parts { keep, drop };
    Status clear(Parts parts);

    const RsyncProgram& program_;
    const Manners& manners_;
    Orders& orders_;
    Progress& progress_;
    bool trusts_names_;
    RelPath work_, left_, basis_;  // below staging
    std::optional<Folder> folder_;
    std::optional<Folder> above_;  // of the file in hand; files come folder by folder
    RelPath above_path_;
    bool has_basis_ = false;
    Bytes largest_old_ = 0;  // of this batch, that a delta begins from
    Batch batch_;
    std::string pending_;     // told of, and perhaps not closed yet
    Bytes pending_came_ = 0;  // over the line
    Bytes told_ = 0;          // bytes that its progress line said came
    Bytes came_ = 0;          // since the pace was looked at
    bool tells_progress_ = false;
    bool asks_for_folders_ = false;
    bool is_first_ = true;           // batch of this lane
    std::string mark_;               // of lines that tell of files
    std::size_t not_asked_for_ = 0;  // files of this batch
    std::size_t folders_ = 0;        // that it told of
};

}  // namespace mirrorseed::sync
