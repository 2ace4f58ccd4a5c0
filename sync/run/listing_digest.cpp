#include "sync/run/listing_digest.hpp"

namespace mirrorseed::sync {
namespace {

// Texts with their lengths before them and numbers in full: nothing reads like something else.
class Writer {
public:
    void number(std::uint64_t value) {
        for (int shift = 0; shift < 64; shift += 8)
            buffer_.push_back(static_cast<char>(value >> shift));
        if (buffer_.size() >= enough) flush();
    }
    void text(std::string_view value) {
        number(value.size());
        buffer_.append(value);
    }
    Digest finish() {
        flush();
        return hash_.finish();
    }

private:
    static constexpr std::size_t enough = 64 << 10;

    void flush() {
        hash_.see(as_bytes(buffer_));
        buffer_.clear();
    }

    Sha256 hash_;
    std::string buffer_;
};

void write(Writer& to, const ListedEntry& listed) {
    const auto& entry = listed.entry;
    to.text(listed.name);
    to.number(static_cast<std::uint64_t>(entry.kind) << 32 | static_cast<std::uint64_t>(entry.hidden) << 16 |
              entry.mode);
    to.number(entry.size);
    to.number(static_cast<std::uint64_t>(entry.mtime.nanoseconds));
    to.text(entry.digest ? entry.digest->hex() : std::string());
    to.text(entry.target);
    to.text(listed.validator);
}

bool tells_every_change(const ListedEntry& file) {
    return file.sureness.has_exact_size() && (file.sureness.has_exact_time() || file.entry.digest);
}

}  // namespace

std::optional<Digest> digest_of(const Listing& listing) {
    Writer to;
    for (const auto& folder : listing.folders()) {
        to.text(folder.path().str());
        to.number(folder.size());
        for (std::size_t at = 0; at < folder.size(); ++at) {
            const auto listed = folder.at(at);
            if (listed.entry.kind == EntryKind::file && !tells_every_change(listed)) return std::nullopt;
            write(to, listed);
        }
    }
    for (const auto& item : listing.left_out()) {
        to.text(item.path.str());
        to.text(item.reason);
    }
    return to.finish();
}

}  // namespace mirrorseed::sync
