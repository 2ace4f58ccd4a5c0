#include "sync/delta/signature_maker.hpp"

#include "sync/delta/block_sums.hpp"
#include "sync/delta/rsync_job.hpp"

#include <librsync.h>

#include <utility>

namespace mirrorseed::sync {

struct SignatureMaker::Job {
    RsyncJob job;
    std::string signature{};
};

SignatureMaker::SignatureMaker(std::uint32_t block_length)
    : job_(std::make_unique<Job>(
          Job{RsyncJob(rs_sig_begin(block_length, strong_sum_size, RS_RK_BLAKE2_SIG_MAGIC))})) {}
SignatureMaker::SignatureMaker(SignatureMaker&&) noexcept = default;
SignatureMaker& SignatureMaker::operator=(SignatureMaker&&) noexcept = default;
SignatureMaker::~SignatureMaker() = default;

void SignatureMaker::see(ByteSpan bytes) {
    job_->job.feed(bytes, RsyncJob::More::comes, [this](ByteSpan out) {
        job_->signature.append(reinterpret_cast<const char*>(out.data()), out.size());
    });
}

std::string SignatureMaker::finish() {
    job_->job.feed({}, RsyncJob::More::none, [this](ByteSpan out) {
        job_->signature.append(reinterpret_cast<const char*>(out.data()), out.size());
    });
    return std::move(job_->signature);
}

}  // namespace mirrorseed::sync
