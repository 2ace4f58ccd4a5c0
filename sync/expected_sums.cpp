#include "sync/expected_sums.hpp"

#include "core/store/blob_store.hpp"
#include "sync/fetcher.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {
namespace {

class SumCheck final : public ContentCheck {
public:
    explicit SumCheck(const Checksum& expected) : expected_(expected), maker_(expected.kind) {}

    void see(ByteSpan bytes) override { maker_.see(bytes); }
    Status verdict() override {
        const auto is = maker_.finish();
        if (is == expected_) return {};
        return Error(Fault::damaged, fmt::format("its {} is {} and should be {}",
                                                 checksum_name(expected_.kind), is.hex(), expected_.hex()));
    }

private:
    Checksum expected_;
    ChecksumMaker maker_;
};

}  // namespace

std::unique_ptr<ContentCheck> check_of(const Checksum& expected) {
    return std::make_unique<SumCheck>(expected);
}

Status has_sum(const Descriptor& file, const std::string& shown, const Checksum& expected) {
    SumCheck check(expected);
    const auto read = read_through(file, shown, [&](ByteSpan bytes) {
        check.see(bytes);
        return Status();
    });
    return read ? check.verdict() : read;
}

}  // namespace mirrorseed::sync
