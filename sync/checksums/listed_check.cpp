#include "sync/checksums/listed_check.hpp"

#include <fmt/format.h>

namespace mirrorseed::sync {
namespace {

class ListedCheck final : public ContentCheck {
public:
    explicit ListedCheck(const Checksum& expected) : expected_(expected), maker_(expected.kind) {}

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

std::unique_ptr<ContentCheck> check_by_lists(const ChecksumSets& sets, const RelPath& path) {
    for (const auto& expected : sets.expected(path))
        if (!expected.digest()) return std::make_unique<ListedCheck>(expected);
    return nullptr;
}

}  // namespace mirrorseed::sync
