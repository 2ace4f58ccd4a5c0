// STORE/manifests/NAME/A-B.zst: what differs between the generations A and B, B being the next after A.
//
// The first line tells of both sides. Then, in raw path order, the manifest lines that only one side has,
// each with an "in" that says which; of a path that changed the older one comes first:
// {"in":"older","path":"a","type":"file",...}
// {"in":"newer","path":"a","type":"file",...}
// So it leads from either generation to the other. A is 0 where nothing is before B, and all lines are
// in the newer one then. What is hidden stands in A-B.private.zst.
#pragma once

#include "core/digest.hpp"
#include "core/store/line_stream.hpp"
#include "core/store/manifest_head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed {

enum class DifferenceSide { older, newer };

// The first line of the public part.
struct DifferenceHead {
    std::optional<ManifestHead> older{};  // nothing: the difference is to no generation at all
    ManifestHead newer{};
    bool has_private = false;

    std::string json() const;  // with its line feed
    static Result<DifferenceHead> parse(std::string_view line);
    // Of the side's lines.
    Digest digest(DifferenceSide side) const;
};

// The first line of the private part: the digests of the private lines.
struct PrivateDifferenceHead {
    Digest older{}, newer{};

    std::string json() const;
    static Result<PrivateDifferenceHead> parse(std::string_view line);
    const Digest& digest(DifferenceSide side) const { return side == DifferenceSide::older ? older : newer; }
};

// With its line feed.
void append_difference_line(std::string& out, DifferenceSide side, std::string_view manifest_line);
struct DifferenceLine {
    DifferenceSide side = DifferenceSide::older;
    std::string line{};  // as in the manifest
};
Result<DifferenceLine> parse_difference_line(std::string_view line);

// Where a manifest line says which path it is of, without a look at the rest of it.
Result<std::string> path_of_line(std::string_view line);

// A path that is not the same on both sides. An empty line: that side has it not.
struct Difference {
    std::string path{}, older{}, newer{};
};

class DifferenceStream {
public:
    explicit DifferenceStream(LineStream lines) : lines_(std::move(lines)) {}

    // Asked for once, before all others.
    Result<std::string> head();
    // Nothing at the end.
    Result<std::optional<Difference>> next();

    const LineStream& lines() const { return lines_; }

private:
    // False at the end of the lines.
    Result<bool> look_ahead();

    LineStream lines_;
    std::optional<DifferenceLine> ahead_;
    std::string ahead_path_, last_;
    bool begun_ = false;
};

}  // namespace mirrorseed
