#include "torrentgen/bencode_view.hpp"

#include "core/whole_number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::torrentgen {
namespace {

using Kind = BencodeKind;

// libtorrent 2.0 counts offsets in 29 bits, and refuses longer heads of texts than this one.
constexpr std::size_t most_bytes = (std::size_t{1} << 29) - 1;
constexpr std::size_t longest_head = 17;
constexpr std::size_t most_digits = 20;

}  // namespace

class BencodeScanner {
public:
    BencodeScanner(std::string_view bytes, BencodeLimits limits) : limits_(limits) { view_.bytes_ = bytes; }

    Result<BencodeView> scan() {
        if (view_.bytes_.size() > most_bytes) return fault("it is too large");
        do {
            if (auto taken = take_token(); !taken) return taken.error();
        } while (!open_.empty());
        return std::move(view_);
    }

private:
    struct Open {
        std::size_t token = 0;
        bool wants_value = false;  // of a dictionary: a key was read
    };

    Error fault(std::string_view what) const {
        return {Fault::bad_input, fmt::format("bad bencoding at byte {}: {}", at_, what)};
    }

    bool ended() const { return at_ >= view_.bytes_.size(); }
    char here() const { return view_.bytes_[at_]; }
    bool in_dictionary() const {
        return !open_.empty() && view_.tokens_[open_.back().token].kind == Kind::dictionary;
    }

    Status take_token() {
        if (ended()) return fault("it is cut short");
        if (open_.size() >= limits_.depth)
            return fault(fmt::format("it is nested more than {} deep", limits_.depth - 1));
        if (++steps_ > limits_.tokens) return fault(fmt::format("it has more than {} parts", limits_.tokens));
        if (here() == 'e') return close();
        if (in_dictionary()) {
            auto& wants_value = open_.back().wants_value;
            if (!wants_value && !is_digit(here())) return fault("a key is no string");
            wants_value = !wants_value;
        }
        if (here() == 'i') return take_integer();
        if (is_digit(here())) return take_text();
        if (here() == 'd' || here() == 'l') {
            open_.push_back({view_.tokens_.size()});
            add(here() == 'd' ? Kind::dictionary : Kind::list, at_ + 1, at_ + 1);
            return {};
        }
        return fault("no value begins so");
    }

    // Its end is not known yet for what is still open.
    void add(Kind kind, std::size_t content, std::size_t end) {
        view_.tokens_.push_back({static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end),
                                 static_cast<std::uint32_t>(content), 1, kind});
        at_ = end;
    }

    Status close() {
        if (open_.empty()) return fault("an end without a beginning");
        if (in_dictionary() && open_.back().wants_value) return fault("a key has no value");
        ++at_;
        auto& token = view_.tokens_[open_.back().token];
        token.end = static_cast<std::uint32_t>(at_);
        token.count = static_cast<std::uint32_t>(view_.tokens_.size() - open_.back().token);
        open_.pop_back();
        return {};
    }

    Status take_integer() {
        auto at = at_ + 1;
        const auto& bytes = view_.bytes_;
        if (at < bytes.size() && bytes[at] == '-') ++at;
        const auto first = at;
        while (at < bytes.size() && is_digit(bytes[at]))
            ++at;
        if (at == bytes.size()) return fault("an integer is cut short");
        if (at == first || bytes[at] != 'e') return fault("an integer is no number");
        if (at - first > most_digits) return fault("an integer is too large");
        add(Kind::integer, at_ + 1, at + 1);
        return {};
    }

    Status take_text() {
        const auto& bytes = view_.bytes_;
        auto at = at_;
        while (at < bytes.size() && is_digit(bytes[at]))
            ++at;
        if (at == bytes.size()) return fault("a string's length is cut short");
        if (bytes[at] != ':') return fault("a string's length is no number");
        const auto length = whole_number<std::uint64_t>(bytes.substr(at_, at - at_));
        if (!length || at + 1 - at_ > longest_head) return fault("a string's length is too large");
        const auto content = at + 1;
        if (*length > bytes.size() - content)
            return fault(fmt::format("a string of {} bytes has only {}", *length, bytes.size() - content));
        add(Kind::text, content, content + static_cast<std::size_t>(*length));
        return {};
    }

    BencodeLimits limits_;
    BencodeView view_;
    std::vector<Open> open_{};
    std::size_t at_ = 0;
    std::size_t steps_ = 0;
};

std::optional<std::int64_t> BencodeNode::integer() const noexcept {
    if (!is(Kind::integer)) return std::nullopt;
    const std::string_view digits(bytes_ + token_->content, token_->end - 1 - token_->content);
    return whole_number<std::int64_t>(digits).value_or(0);
}

std::optional<std::string_view> BencodeNode::text() const noexcept {
    if (!is(Kind::text)) return std::nullopt;
    return std::string_view(bytes_ + token_->content, token_->end - token_->content);
}

std::string_view BencodeNode::bytes() const noexcept {
    if (!token_) return {};
    return {bytes_ + token_->begin, token_->end - token_->begin};
}

BencodeNode BencodeNode::find(std::string_view key) const noexcept {
    for (const auto member : members())
        if (member.key == key) return member.value;
    return {};
}

BencodeNode BencodeNode::find(std::string_view key, BencodeKind kind) const noexcept {
    const auto found = find(key);
    return found.is(kind) ? found : BencodeNode();
}

BencodeNode::Range<BencodeNode> BencodeNode::items() const noexcept {
    if (!is(Kind::list)) return {bytes_, token_, token_};
    return {bytes_, token_ + 1, token_ + token_->count};
}

BencodeNode::Range<BencodeMember> BencodeNode::members() const noexcept {
    if (!is(Kind::dictionary)) return {bytes_, token_, token_};
    return {bytes_, token_ + 1, token_ + token_->count};
}

BencodeMember BencodeMember::at(const char* bytes, const BencodeToken* token) noexcept {
    return {*BencodeNode(bytes, token).text(), token->begin, BencodeNode(bytes, token + 1)};
}

const BencodeToken* BencodeMember::after(const BencodeToken* token) noexcept {
    return token + 1 + token[1].count;
}

Result<BencodeView> BencodeView::parse(std::string_view bytes, BencodeLimits limits) {
    return BencodeScanner(bytes, limits).scan();
}

namespace {

std::optional<BencodeFlaw> flaw_of_number(const BencodeNode& node) {
    const auto text = node.bytes();
    if (node.is(Kind::text)) {
        if (text[0] == '0' && text[1] != ':')
            return BencodeFlaw{BencodeFlaw::Kind::leading_zero, node.begin()};
        return std::nullopt;
    }
    const auto digits = text.substr(1, text.size() - 2);
    if (digits.starts_with('0') && digits.size() > 1)
        return BencodeFlaw{BencodeFlaw::Kind::leading_zero, node.begin()};
    if (digits.starts_with("-0")) return BencodeFlaw{BencodeFlaw::Kind::negative_zero, node.begin()};
    if (node.integer() == 0 && digits != "0")
        return BencodeFlaw{BencodeFlaw::Kind::huge_number, node.begin()};
    return std::nullopt;
}

}  // namespace

std::vector<BencodeFlaw> BencodeView::flaws(BencodeNode value) {
    std::vector<BencodeFlaw> found;
    const auto note = [&](const BencodeFlaw& flaw) {
        if (std::ranges::find(found, flaw.kind, &BencodeFlaw::kind) == found.end()) found.push_back(flaw);
    };
    for (std::uint32_t i = 0; value && i < value.token_->count; ++i) {
        const BencodeNode node(value.bytes_, value.token_ + i);
        if (node.is(Kind::integer) || node.is(Kind::text)) {
            if (const auto flaw = flaw_of_number(node)) note(*flaw);
            continue;
        }
        std::optional<std::string_view> last;
        for (const auto member : node.members()) {
            if (last && *last == member.key) note({BencodeFlaw::Kind::repeated_key, member.begin});
            if (last && *last > member.key) note({BencodeFlaw::Kind::unsorted_keys, member.begin});
            last = member.key;
        }
    }
    return found;
}

}  // namespace mirrorseed::torrentgen
