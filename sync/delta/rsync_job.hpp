// A job of librsync's, which takes bytes in as they come and gives others out.
#pragma once

#include "core/byte_span.hpp"

#include <functional>
#include <memory>
#include <vector>

extern "C" {
struct rs_job;
}

namespace mirrorseed::sync {

class RsyncJob {
public:
    enum class More { comes, none };
    using Out = std::function<void(ByteSpan)>;

    explicit RsyncJob(rs_job* begun);

    // Throws a Failure where librsync refuses.
    void feed(ByteSpan bytes, More more, const Out& out);

private:
    struct Free {
        void operator()(rs_job* job) const;
    };
    std::unique_ptr<rs_job, Free> job_;
    // What librsync left of the bytes before; it takes no more than it can use.
    std::vector<std::uint8_t> left_;
    std::vector<std::uint8_t> out_;
    bool is_done_ = false;
};

}  // namespace mirrorseed::sync
