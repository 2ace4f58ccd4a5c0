#include "sync/checksums/listed_check.hpp"

#include "sync/expected_sums.hpp"

namespace mirrorseed::sync {
namespace {

// May be anything, and is told.
class HintCheck final : public ContentCheck {
public:
    HintCheck(RelPath path, ChecksumKind kind, Seen& seen)
        : path_(std::move(path)), maker_(kind), seen_(seen) {}

    void see(ByteSpan bytes) override { maker_.see(bytes); }
    Status verdict() override {
        seen_.add(path_, maker_.finish());
        return {};
    }

private:
    RelPath path_;
    ChecksumMaker maker_;
    Seen& seen_;
};

}  // namespace

void Seen::add(const RelPath& path, const Checksum& is) {
    const std::lock_guard lock(mutex_);
    seen_.push_back({path, is});
}

void Seen::tell(ChecksumSets& sets) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [path, is] : seen_)
        sets.tell(path, is);
}

// One other kind is enough, for it costs as much as the SHA-256.
std::unique_ptr<ContentCheck> check_by_lists(const ChecksumSets& sets, const RelPath& path, Seen& seen) {
    for (const auto& expected : sets.expected(path))
        if (!expected.digest()) return check_of(expected);
    for (const auto& hint : sets.hinted(path))
        if (!hint.digest()) return std::make_unique<HintCheck>(path, hint.kind, seen);
    return nullptr;
}

}  // namespace mirrorseed::sync
