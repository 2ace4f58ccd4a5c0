#include "core/store/difference_file.hpp"

#include "core/store/lines_file.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace mirrorseed {
namespace {

std::uint32_t mode_of(ManifestPart part) {
    return part == ManifestPart::open ? 0644 : 0600;
}

// Of all lines of a part, which is read for that.
Result<Digest> digest_of(const Folder& manifests, const ManifestWay& way, ManifestPart part) {
    const auto lines = open_part(manifests, way, part);
    if (!lines) return lines.error();
    ManifestText text;
    for (;;) {
        const auto more = (*lines)->next(text);
        if (!more) return more.error();
        if (!*more) return (*lines)->digest();
    }
}

// Two generations in a row, one after the other, as the lines that only one of them has.
class Comparison {
public:
    Comparison(std::unique_ptr<ManifestLines> older, std::unique_ptr<ManifestLines> newer, LinesFile& file)
        : sides_{Side{std::move(older)}, Side{std::move(newer)}}, file_(file) {}

    Status run() {
        auto& [older, newer] = sides_;
        auto done = older.advance();
        if (done) done = newer.advance();
        while (done && (older.has || newer.has)) {
            const bool with_older = older.has && (!newer.has || older.text.path <= newer.text.path);
            const bool with_newer = newer.has && (!older.has || newer.text.path <= older.text.path);
            if (!(with_older && with_newer && older.text.line == newer.text.line)) {
                if (with_older) done = add(DifferenceSide::older, older);
                if (done && with_newer) done = add(DifferenceSide::newer, newer);
            }
            if (done && with_older) done = older.advance();
            if (done && with_newer) done = newer.advance();
        }
        return done;
    }
    Digest digest(DifferenceSide side) { return sides_.at(static_cast<std::size_t>(side)).lines->digest(); }

private:
    struct Side {
        std::unique_ptr<ManifestLines> lines;
        ManifestText text{};
        bool has = false;

        Status advance() {
            const auto more = lines->next(text);
            if (!more) return more.error();
            has = *more;
            return {};
        }
    };
    Status add(DifferenceSide side, const Side& from) {
        append_difference_line(file_.pending(), side, from.text.line);
        return file_.added();
    }

    std::array<Side, 2> sides_;
    LinesFile& file_;
};

// One part of a difference under its name. `expected` are the digests of both sides.
Status write_part(const Folder& manifests, const ManifestPair& pair, ManifestPart part,
                  const std::string& head, const PrivateDifferenceHead& expected) {
    auto older = open_part(manifests, {pair.older}, part);
    if (!older) return older.error();
    auto newer = open_part(manifests, {pair.newer}, part);
    if (!newer) return newer.error();
    auto file = LinesFile::create(manifests, pair_name(pair, part), mode_of(part));
    if (!file) return file.error();
    file->pending() = head;
    Comparison comparison(std::move(*older), std::move(*newer), *file);
    auto done = comparison.run();
    for (const auto side : {DifferenceSide::older, DifferenceSide::newer})
        if (done && comparison.digest(side) != expected.digest(side))
            done = Error(Fault::damaged,
                         manifests.path() + ": manifest " +
                             std::to_string(side == DifferenceSide::older ? pair.older : pair.newer) +
                             " is not what its head says");
    if (done) done = file->finish();
    if (!done) file->discard();
    return done;
}

}  // namespace

Status write_difference(const Folder& manifests, const std::optional<ManifestHead>& older,
                        const ManifestHead& newer) {
    DifferenceHead head{.older = older, .newer = newer};
    const ManifestPair pair{older ? older->generation.number : 0, newer.generation.number};
    const auto older_hidden = digest_of(manifests, {pair.older}, ManifestPart::closed);
    if (!older_hidden) return older_hidden.error();
    const auto newer_hidden = digest_of(manifests, {pair.newer}, ManifestPart::closed);
    if (!newer_hidden) return newer_hidden.error();
    const auto none = Sha256::of({});
    head.has_private = *older_hidden != none || *newer_hidden != none;
    // The public part comes last, for it tells of the other.
    auto written = Status();
    for (const auto part : {ManifestPart::closed, ManifestPart::open}) {
        if (!written) return written;
        const bool is_open = part == ManifestPart::open;
        if (!is_open && !head.has_private) continue;
        const PrivateDifferenceHead hidden{*older_hidden, *newer_hidden};
        const PrivateDifferenceHead shown{head.digest(DifferenceSide::older),
                                          head.digest(DifferenceSide::newer)};
        written = write_part(manifests, pair, part, is_open ? head.json() : hidden.json(),
                             is_open ? shown : hidden);
        if (written) written = manifests.sync();
    }
    return written;
}

Status read_back(const Folder& manifests, const ManifestWay& way, const Digest& expected) {
    const auto shown = digest_of(manifests, way, ManifestPart::open);
    if (!shown) return shown.error();
    if (*shown != expected)
        return Error(Fault::damaged, manifests.path() + ": a manifest is not what its head says");
    const auto hidden = digest_of(manifests, way, ManifestPart::closed);
    return hidden ? Status() : hidden.error();
}

void remove_difference(const Folder& manifests, const ManifestPair& pair) {
    for (const auto part : {ManifestPart::open, ManifestPart::closed})
        (void)manifests.remove_file(pair_name(pair, part)).has_value();
}

}  // namespace mirrorseed
