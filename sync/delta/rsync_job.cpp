#include "sync/delta/rsync_job.hpp"

#include "core/result.hpp"

#include <librsync.h>

#include <string>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t out_size = 64 << 10;

}  // namespace

void RsyncJob::Free::operator()(rs_job* job) const {
    rs_job_free(job);
}

RsyncJob::RsyncJob(rs_job* begun) : job_(begun), out_(out_size) {}

void RsyncJob::feed(ByteSpan bytes, More more, const Out& out) {
    if (!left_.empty()) {
        left_.insert(left_.end(), bytes.begin(), bytes.end());
        bytes = left_;
    }
    rs_buffers_t buffers{};
    // It reads them, whatever its types say.
    buffers.next_in = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
    buffers.avail_in = bytes.size();
    buffers.eof_in = more == More::none ? 1 : 0;
    for (bool goes_on = !is_done_; goes_on;) {
        buffers.next_out = reinterpret_cast<char*>(out_.data());
        buffers.avail_out = out_.size();
        const auto left_before = buffers.avail_in;
        const auto said = rs_job_iter(job_.get(), &buffers);
        if (said != RS_DONE && said != RS_BLOCKED)
            throw Failure(Error(Fault::bad_input, std::string("librsync: ") + rs_strerror(said)));
        const auto made = out_.size() - buffers.avail_out;
        if (made > 0) out({out_.data(), made});
        is_done_ = said == RS_DONE;
        goes_on = !is_done_ && (made > 0 || buffers.avail_in != left_before);
    }
    const auto* rest = reinterpret_cast<const std::uint8_t*>(buffers.next_in);
    left_ = std::vector<std::uint8_t>(rest, rest + buffers.avail_in);
}

}  // namespace mirrorseed::sync
