#include "core/store/manifest_difference.hpp"
#include "core/store/manifest_lines.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mirrorseed;

constexpr ManifestLimits limits{.line = 512, .lines = 100, .bytes = 64 * 1024, .window = 1 << 20};

// The bytes as one frame that is not compressed.
ByteSource framed(std::string_view text) {
    std::vector<std::uint8_t> frame{0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50};
    const auto header = static_cast<std::uint32_t>(text.size()) << 3 | 1U;  // a raw block, the last one
    for (const auto shift : {0, 8, 16})
        frame.push_back(static_cast<std::uint8_t>(header >> shift));
    frame.insert(frame.end(), text.begin(), text.end());
    return [frame, at = std::size_t{0}](std::span<std::uint8_t> buffer) mutable -> Result<std::size_t> {
        const auto size = std::min(frame.size() - at, buffer.size());
        if (size != 0) std::memcpy(buffer.data(), frame.data() + at, size);
        at += size;
        return size;
    };
}

void look_at_lines(std::string_view text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    const auto head = DifferenceHead::parse(line);
    if (head && !DifferenceHead::parse(head->json())) std::abort();
    const auto of_private = PrivateDifferenceHead::parse(line);
    if (of_private && !PrivateDifferenceHead::parse(of_private->json())) std::abort();
    const auto parsed = parse_difference_line(line);
    if (!parsed) return;
    // What was taken is written as it was.
    std::string again;
    append_difference_line(again, parsed->side, parsed->line);
    if (again != std::string(line) + "\n") std::abort();
}

// Whatever a difference says, what it makes of lines is in order.
void patch(std::string_view base, std::string_view difference, DifferenceSide to) {
    auto lines =
        patched_lines(full_lines(LineStream(framed(base), "base", limits)),
                      DifferenceStream(LineStream(framed(difference), "difference", limits)), to, {});
    std::string last;
    for (ManifestText text;;) {
        const auto more = lines->next(text);
        if (!more || !*more) return;
        if (text.path <= last) std::abort();
        last = text.path;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 100'000));
    look_at_lines(text);
    // An empty line parts what is patched from the difference.
    const auto parted = text.find("\n\n");
    const auto base = parted == std::string_view::npos ? std::string_view() : text.substr(0, parted + 1);
    const auto rest = parted == std::string_view::npos ? text : text.substr(parted + 2);
    for (const auto to : {DifferenceSide::older, DifferenceSide::newer})
        patch(base, rest, to);
    return 0;
}
