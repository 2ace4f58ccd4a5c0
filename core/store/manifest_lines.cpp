#include "core/store/manifest_lines.hpp"

#include "core/text.hpp"

#include <utility>

namespace mirrorseed {
namespace {

constexpr std::size_t hash_at = 64 * 1024;

class NoLines final : public ManifestLines {
public:
    Result<bool> next(ManifestText&) override { return false; }
    Digest digest() override { return Sha256::of({}); }
};

class FullLines final : public ManifestLines {
public:
    explicit FullLines(LineStream stream) : stream_(std::move(stream)) {}

    Result<bool> next(ManifestText& into) override {
        const auto line = stream_.next();
        if (!line) return line.error();
        if (!*line) return false;
        auto path = path_of_line(**line);
        if (!path) return path.error().within(stream_.name());
        if (*path <= last_)
            return Error(Fault::damaged, "the manifest is out of order at " + escape_text(*path));
        last_ = *path;
        into.path = std::move(*path);
        into.line = **line;
        return true;
    }
    Digest digest() override { return stream_.digest(); }

private:
    LineStream stream_;
    std::string last_;
};

class PatchedLines final : public ManifestLines {
public:
    PatchedLines(std::unique_ptr<ManifestLines> from, DifferenceStream difference, DifferenceSide to,
                 const Digest& expected)
        : from_(std::move(from)), difference_(std::move(difference)), to_(to), expected_(expected) {}

    Result<bool> next(ManifestText& into) override {
        auto moved = begun_ ? Status() : begin();
        while (moved) {
            if (!has_base_ && !change_) return end();
            if (!change_ || (has_base_ && base_.path < change_->path)) {
                std::swap(into, base_);
                moved = advance_base();
                if (moved) return emit(into);
                break;
            }
            const bool both = has_base_ && base_.path == change_->path;
            const bool backwards = to_ == DifferenceSide::older;
            if ((both ? base_.line : std::string()) != (backwards ? change_->newer : change_->older))
                return difference_.lines().fault(
                    Fault::damaged, "it does not fit what it differs from, at " + escape_text(change_->path));
            into.path = std::move(change_->path);
            into.line = std::move(backwards ? change_->older : change_->newer);
            if (both) moved = advance_base();
            if (moved) moved = advance_change();
            if (moved && !into.line.empty()) return emit(into);
        }
        return moved.error();
    }
    Digest digest() override { return digest_; }

private:
    Status begin() {
        begun_ = true;
        const auto moved = advance_base();
        return moved ? advance_change() : moved;
    }
    Status advance_base() {
        const auto more = from_->next(base_);
        if (!more) return more.error();
        has_base_ = *more;
        return {};
    }
    Status advance_change() {
        auto more = difference_.next();
        if (!more) return more.error();
        change_ = std::move(*more);
        return {};
    }
    Result<bool> emit(const ManifestText& text) {
        unhashed_ += text.line;
        unhashed_ += '\n';
        if (unhashed_.size() >= hash_at) hash();
        return true;
    }
    void hash() {
        hash_.see(as_bytes(unhashed_));
        unhashed_.clear();
    }
    Result<bool> end() {
        hash();
        digest_ = hash_.finish();
        if (digest_ == expected_) return false;
        return difference_.lines().fault(Fault::damaged,
                                         "what it leads to has another digest than its head says");
    }

    std::unique_ptr<ManifestLines> from_;
    DifferenceStream difference_;
    DifferenceSide to_;
    Digest expected_, digest_{};
    ManifestText base_;
    std::optional<Difference> change_;
    std::string unhashed_;
    Sha256 hash_;
    bool has_base_ = false, begun_ = false;
};

}  // namespace

std::unique_ptr<ManifestLines> no_lines() {
    return std::make_unique<NoLines>();
}

std::unique_ptr<ManifestLines> full_lines(LineStream stream) {
    return std::make_unique<FullLines>(std::move(stream));
}

std::unique_ptr<ManifestLines> patched_lines(std::unique_ptr<ManifestLines> from, DifferenceStream difference,
                                             DifferenceSide to, const Digest& expected) {
    return std::make_unique<PatchedLines>(std::move(from), std::move(difference), to, expected);
}

}  // namespace mirrorseed
