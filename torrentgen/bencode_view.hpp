// Somebody else's bencoding, looked at where it lies.
//
// A view is one flat list of tokens with offsets into the bytes, made in a
// single pass without recursion: a hostile file costs at most the given number
// of tokens, whatever it nests or promises. It takes what libtorrent takes:
// unsorted and repeated keys, leading zeros, bytes behind the end. flaws() tells
// of those. A fault names the byte at which it stands. The bytes must outlive
// the view, and the view its nodes; a view that is moved keeps its nodes alive.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mirrorseed::torrentgen {

// libtorrent's own defaults.
struct BencodeLimits {
    std::size_t tokens = 3'000'000;  // the end of a list or dictionary is one too
    std::size_t depth = 100;
};

enum class BencodeKind : std::uint8_t { integer, text, list, dictionary };

struct BencodeToken {
    std::uint32_t begin = 0, end = 0;  // its bytes, with all that is in it
    std::uint32_t content = 0;         // where a text's own bytes begin
    std::uint32_t count = 1;           // tokens up to the one behind it
    BencodeKind kind = BencodeKind::integer;
};

struct BencodeMember;

// One value; or nothing, which has no kind, no members and no items.
class BencodeNode {
public:
    BencodeNode() = default;
    BencodeNode(const char* bytes, const BencodeToken* token) noexcept : bytes_(bytes), token_(token) {}

    explicit operator bool() const noexcept { return token_ != nullptr; }
    bool is(BencodeKind kind) const noexcept { return token_ && token_->kind == kind; }

    // A number beyond 64 bits is 0, as in libtorrent.
    std::optional<std::int64_t> integer() const noexcept;
    std::optional<std::string_view> text() const noexcept;

    // Where its bytes stand.
    std::size_t begin() const noexcept { return token_ ? token_->begin : 0; }
    std::size_t end() const noexcept { return token_ ? token_->end : 0; }
    std::string_view bytes() const noexcept;

    // The first member of that name, of any kind or of this one alone.
    BencodeNode find(std::string_view key) const noexcept;
    BencodeNode find(std::string_view key, BencodeKind kind) const noexcept;

    // What is in it: range-for over nodes of a list, over members of a dictionary.
    template <class Item>
    class Range;
    Range<BencodeNode> items() const noexcept;
    Range<BencodeMember> members() const noexcept;

private:
    friend struct BencodeMember;
    friend class BencodeView;
    const char* bytes_ = nullptr;
    const BencodeToken* token_ = nullptr;
};

struct BencodeMember {
    std::string_view key{};
    std::size_t begin = 0;  // of the key
    BencodeNode value{};

    static BencodeMember at(const char* bytes, const BencodeToken* token) noexcept;
    static const BencodeToken* after(const BencodeToken* token) noexcept;
};

template <class Item>
class BencodeNode::Range {
public:
    class Iterator {
    public:
        Iterator(const char* bytes, const BencodeToken* token) noexcept : bytes_(bytes), token_(token) {}
        Item operator*() const noexcept {
            if constexpr (std::is_same_v<Item, BencodeMember>)
                return BencodeMember::at(bytes_, token_);
            else
                return BencodeNode(bytes_, token_);
        }
        Iterator& operator++() noexcept {
            if constexpr (std::is_same_v<Item, BencodeMember>)
                token_ = BencodeMember::after(token_);
            else
                token_ += token_->count;
            return *this;
        }
        bool operator==(const Iterator& other) const noexcept { return token_ == other.token_; }

    private:
        const char* bytes_;
        const BencodeToken* token_;
    };

    Range(const char* bytes, const BencodeToken* first, const BencodeToken* last) noexcept
        : bytes_(bytes), first_(first), last_(last) {}
    Iterator begin() const noexcept { return {bytes_, first_}; }
    Iterator end() const noexcept { return {bytes_, last_}; }
    bool empty() const noexcept { return first_ == last_; }

private:
    const char* bytes_;
    const BencodeToken* first_;
    const BencodeToken* last_;
};

// What is not canonical in a value that can be read all the same.
struct BencodeFlaw {
    // negative_zero: any number that begins with "-0".
    enum class Kind { leading_zero, negative_zero, huge_number, unsorted_keys, repeated_key };
    Kind kind = Kind::leading_zero;
    std::size_t offset = 0;
    bool operator==(const BencodeFlaw&) const = default;
};

class BencodeView {
public:
    static Result<BencodeView> parse(std::string_view bytes, BencodeLimits limits = {});

    BencodeNode root() const noexcept { return {bytes_.data(), tokens_.data()}; }
    // Bytes behind the root's end.
    std::size_t trailing() const noexcept { return bytes_.size() - tokens_.front().end; }
    // The first flaw of each kind in a value.
    static std::vector<BencodeFlaw> flaws(BencodeNode value);

private:
    friend class BencodeScanner;
    std::string_view bytes_{};
    std::vector<BencodeToken> tokens_{};
};

}  // namespace mirrorseed::torrentgen
