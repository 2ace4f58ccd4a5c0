#include "sync/http/page_memory.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime clock_steps = 2;    // file systems and clocks that differ a little
constexpr UnixTime zones = 26 * 3600;  // between the first and the last of them

// May the page say the same of another file?
bool is_racy(const IndexItem& told, const LearnedFile& learned) {
    // Where the time is the page's own, nobody knows its zone.
    const auto doubt = learned.mtime == told.mtime ? zones : 0;
    return learned.mtime.seconds() + told.step + clock_steps + doubt > learned.listed_at;
}

// Not where the page tells another size or time exactly.
bool may_be(const IndexItem& told, const LearnedFile& learned) {
    const bool same_size = !told.sureness.has_exact_size() || learned.size == told.size;
    const bool same_time = !told.sureness.has_exact_time() || learned.mtime.seconds() == told.mtime.seconds();
    return same_size && same_time;
}

bool is_known_exactly(const RememberedItem& item) {
    const auto& [told, learned] = item;
    return told.sureness.is_told() && !told.sureness.is_exact() && learned && may_be(told, *learned) &&
           !is_racy(told, *learned);
}

bool is_file_to_learn(const IndexItem& told) {
    return told.kind == IndexKind::file && !told.sureness.is_exact();
}

// Does the page say of a file what it said before? How surely is no matter, as long as what came may be it.
bool says_the_same(const RememberedItem& before, const IndexItem& now) {
    auto told = before.told;
    told.sureness = now.sureness;
    return told == now && may_be(now, *before.learned);
}

Entry entry_told(const IndexItem& told) {
    switch (told.kind) {
        case IndexKind::folder:
            return {.kind = EntryKind::folder, .mode = 0755, .mtime = told.mtime};
        case IndexKind::link:
            return {.kind = EntryKind::link, .mode = 0777, .mtime = told.mtime, .target = told.target};
        case IndexKind::file:
        case IndexKind::other:
            break;
    }
    return {.size = told.size, .mtime = told.mtime, .digest = told.digest};
}

class Writer {
public:
    void byte(unsigned value) { out += static_cast<char>(value); }
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7)
            byte(static_cast<unsigned>(value & 0x7f) | 0x80);
        byte(static_cast<unsigned>(value));
    }
    // Small ones of either sign stay short.
    void time(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        number((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
    }
    void text(std::string_view value) {
        number(value.size());
        out += value;
    }
    void digest(const Digest& value) {
        out.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
    }
    void learned(const LearnedFile& file) {
        number(file.size);
        time(file.mtime.nanoseconds);
        digest(file.digest);
        text(file.validator);
    }
    std::string out;
};

// Once something is missing, everything after it is too.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    unsigned byte() {
        if (rest_.empty()) failed_ = true;
        if (failed_) return 0;
        const auto value = static_cast<unsigned char>(rest_[0]);
        rest_.remove_prefix(1);
        return value;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto next = byte();
            value |= std::uint64_t{next & 0x7f} << shift;
            if (next < 0x80) return value;
        }
        failed_ = true;
        return 0;
    }
    std::int64_t time() {
        const auto bits = number();
        return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
    }
    std::string_view raw(std::uint64_t size) {
        if (size > rest_.size()) failed_ = true;
        if (failed_) return {};
        const auto value = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return value;
    }
    std::string text() { return std::string(raw(number())); }
    Digest digest() {
        Digest value;
        const auto bytes = raw(value.bytes.size());
        if (!failed_) std::memcpy(value.bytes.data(), bytes.data(), bytes.size());
        return value;
    }
    LearnedFile learned() {
        LearnedFile file;
        file.size = number();
        file.mtime = {time()};
        file.digest = digest();
        file.validator = text();
        return file;
    }
    bool failed() const { return failed_; }
    bool done() const { return failed_ || rest_.empty(); }

private:
    std::string_view rest_;
    bool failed_ = false;
};

// A row with one sureness for size and time together is read as one with both alike.
constexpr unsigned whole_record = 'X', joint_record = 'W', learned_record = 'L';
constexpr unsigned has_minutes = 1 << 4, has_digest = 1 << 5, has_target = 1 << 6, has_learned = 1 << 7;

void write_item(Writer& writer, const RememberedItem& item) {
    const auto& [told, learned] = item;
    auto head = static_cast<unsigned>(told.kind) | static_cast<unsigned>(told.sureness.size) << 2;
    head |= (told.step == 60 ? has_minutes : 0) | (told.digest ? has_digest : 0);
    head |= (told.target.empty() ? 0 : has_target) | (learned ? has_learned : 0);
    writer.byte(head);
    writer.byte(static_cast<unsigned>(told.sureness.time));
    writer.text(told.name);
    writer.number(told.size);
    writer.time(told.mtime.nanoseconds);
    if (told.digest) writer.digest(*told.digest);
    if (!told.target.empty()) writer.text(told.target);
    if (!learned) return;
    writer.learned(*learned);
    writer.time(learned->listed_at);
}

// Bits that mean nothing know nothing.
Sure read_sure(unsigned bits) {
    return static_cast<Sure>(std::min(bits & 3, 2u));
}

RememberedItem read_item(Reader& reader, unsigned record) {
    RememberedItem item;
    const auto head = reader.byte();
    item.told.kind = static_cast<IndexKind>(head & 3);
    item.told.sureness.size = read_sure(head >> 2);
    item.told.sureness.time = record == joint_record ? item.told.sureness.size : read_sure(reader.byte());
    item.told.step = (head & has_minutes) != 0 ? 60 : 1;
    item.told.name = reader.text();
    item.told.size = reader.number();
    item.told.mtime = {reader.time()};
    if ((head & has_digest) != 0) item.told.digest = reader.digest();
    if ((head & has_target) != 0) item.told.target = reader.text();
    if ((head & has_learned) == 0) return item;
    item.learned = reader.learned();
    item.learned->listed_at = reader.time();
    return item;
}

void read_whole(Reader& reader, unsigned record, FolderMemory& memory) {
    memory.validator = reader.text();
    memory.read_at = reader.time();
    memory.items.clear();
    for (auto count = reader.number(); count > 0 && !reader.failed(); --count)
        memory.items.push_back(read_item(reader, record));
}

RememberedItem* find(FolderMemory& memory, std::string_view name) {
    const auto found = std::lower_bound(
        memory.items.begin(), memory.items.end(), name,
        [](const RememberedItem& item, std::string_view wanted) { return item.told.name < wanted; });
    return found != memory.items.end() && found->told.name == name ? &*found : nullptr;
}

}  // namespace

FolderMemory remember(std::vector<IndexItem> told, FolderMemory before) {
    FolderMemory now{.validator = before.validator, .read_at = before.read_at};
    now.items.reserve(told.size());
    for (auto& item : told) {
        auto& made = now.items.emplace_back(RememberedItem{std::move(item)});
        auto* known = is_file_to_learn(made.told) ? find(before, made.told.name) : nullptr;
        if (known == nullptr || !known->learned) continue;
        const bool is_same = says_the_same(*known, made.told);
        made.learned = std::move(known->learned);
        // Another page says nothing of the file that came, but the mark of that is still good.
        if (!is_same) made.learned->listed_at = 0;
    }
    return now;
}

bool is_of_use(const FolderMemory& memory) {
    return !memory.validator.empty() ||
           std::any_of(memory.items.begin(), memory.items.end(),
                       [](const RememberedItem& item) { return is_file_to_learn(item.told); });
}

bool is_all_known(const FolderMemory& memory) {
    return std::none_of(memory.items.begin(), memory.items.end(), [](const RememberedItem& item) {
        return is_file_to_learn(item.told) && !is_known_exactly(item) &&
               !(!item.told.sureness.is_told() && item.learned);
    });
}

ListedEntry listed_entry(const RememberedItem& item) {
    ListedEntry listed{
        .name = item.told.name, .entry = entry_told(item.told), .sureness = item.told.sureness};
    if (item.told.kind != IndexKind::file) listed.sureness = Sureness::exact;
    if (!item.learned) return listed;
    const auto& learned = *item.learned;
    if (is_known_exactly(item)) {
        listed.entry.size = learned.size;
        listed.entry.mtime = learned.mtime;
        listed.entry.digest = learned.digest;
        listed.sureness = Sureness::exact;
        return listed;
    }
    // What the page last stood for, so that a copy that came for it is found again.
    const auto& sureness = item.told.sureness;
    const bool is_same = learned.listed_at != 0;
    if (!sureness.has_exact_size() && (is_same || !sureness.tells_size())) listed.entry.size = learned.size;
    if (!sureness.has_exact_time() && (is_same || !sureness.tells_time())) listed.entry.mtime = learned.mtime;
    listed.validator = format_mark({learned.digest, learned.validator});
    return listed;
}

std::string format_mark(const ContentMark& mark) {
    return mark.content.hex() + " " + mark.validator;
}

std::optional<ContentMark> parse_mark(std::string_view text) {
    const auto blank = text.find(' ');
    const auto content = Digest::parse_hex(text.substr(0, blank));
    if (blank == text.npos || !content) return std::nullopt;
    return ContentMark{*content, std::string(text.substr(blank + 1))};
}

std::string pack(const FolderMemory& memory) {
    Writer writer;
    writer.byte(whole_record);
    writer.text(memory.validator);
    writer.time(memory.read_at);
    writer.number(memory.items.size());
    for (const auto& item : memory.items)
        write_item(writer, item);
    return std::move(writer.out);
}

std::string pack_learned(std::string_view name, const LearnedFile& file) {
    Writer writer;
    writer.byte(learned_record);
    writer.text(name);
    writer.learned(file);
    return std::move(writer.out);
}

std::optional<FolderMemory> unpack(std::string_view bytes) {
    Reader reader(bytes);
    FolderMemory memory;
    const auto record = reader.byte();
    if (record != whole_record && record != joint_record) return std::nullopt;
    read_whole(reader, record, memory);
    while (!reader.done()) {
        if (reader.byte() != learned_record) return std::nullopt;
        const auto name = reader.text();
        auto learned = reader.learned();
        learned.listed_at = memory.read_at;
        auto* item = find(memory, name);
        if (item != nullptr) item->learned = std::move(learned);
    }
    if (reader.failed()) return std::nullopt;
    return memory;
}

}  // namespace mirrorseed::sync
