#include "sync/delta/seed_scan.hpp"

#include "sync/delta/rsync_job.hpp"

#include <librsync.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t piece = 1 << 20;
// Of a hundred bytes, so many are to be found before patience ends.
constexpr Bytes least_percent = 1;

}  // namespace

void BlockIndex::Free::operator()(rs_signature* sums) const {
    rs_free_sumset(sums);
}

Result<BlockIndex> BlockIndex::of(std::string_view signature) {
    rs_signature* loaded = nullptr;
    RsyncJob job(rs_loadsig_begin(&loaded));
    try {
        job.feed(as_bytes(signature), RsyncJob::More::none, [](ByteSpan) {});
    } catch (const Failure& failure) {
        if (loaded != nullptr) rs_free_sumset(loaded);
        return failure.error();
    }
    BlockIndex index(loaded);
    const auto built = rs_build_hash_table(loaded);
    if (built != RS_DONE) return Error(Fault::failed, std::string("librsync: ") + rs_strerror(built));
    return index;
}

Status BlockIndex::scan(const Descriptor& seed, Bytes begin, Bytes end, Bytes patience,
                        const CopyReader::Found& found, Progress& progress) const {
    Bytes seen = 0, of_use = 0;
    CopyReader copies(begin, [&](const Copied& copied) {
        of_use += copied.size;
        found(copied);
    });
    std::optional<Error> wrong;
    const auto take = [&](ByteSpan delta) {
        const auto taken = copies.take(delta);
        if (!taken && !wrong) wrong = taken.error();
    };
    RsyncJob job(rs_delta_begin(sums_.get()));
    std::vector<std::uint8_t> buffer(piece);
    for (auto at = begin; at < end;) {
        const auto may_go_on = progress.go_on();
        if (!may_go_on) return may_go_on;
        const auto wanted = static_cast<std::size_t>(std::min<Bytes>(piece, end - at));
        const auto read = read_at(seed, {buffer.data(), wanted}, at, "a seed");
        if (!read) return read.error();
        if (*read == 0) break;
        job.feed({buffer.data(), *read}, RsyncJob::More::comes, take);
        if (wrong) return *wrong;
        at += *read;
        seen += *read;
        if (seen >= patience && of_use < patience / 100 * least_percent) return {};
    }
    job.feed({}, RsyncJob::More::none, take);
    return wrong ? Status(*wrong) : Status();
}

}  // namespace mirrorseed::sync
