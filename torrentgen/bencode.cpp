#include "torrentgen/bencode.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <optional>

namespace mirrorseed::torrentgen {
namespace {

constexpr int deepest = 64;

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Bencoded> whole() {
        auto value = parse(0);
        if (value && at_ != text_.size()) return fault("something stands behind the end");
        return value;
    }

private:
    Error fault(std::string_view what) const {
        return {Fault::bad_input, fmt::format("bad bencoding at byte {}: {}", at_, what)};
    }

    bool ended() const { return at_ >= text_.size(); }

    Result<Bencoded> parse(int depth) {
        if (ended()) return fault("it is cut short");
        if (depth > deepest) return fault("it is nested too deeply");
        switch (text_[at_]) {
            case 'i':
                return integer();
            case 'l':
                return list(depth);
            case 'd':
                return dictionary(depth);
            default:
                break;
        }
        auto text = string();
        if (!text) return text.error();
        return Bencoded{std::move(*text)};
    }

    // Digits up to `end`, without a leading zero.
    std::optional<std::int64_t> number(char end) {
        const auto stop = text_.find(end, at_);
        if (stop == std::string_view::npos) return std::nullopt;
        const auto digits = text_.substr(at_, stop - at_);
        std::int64_t value = 0;
        const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        const bool canonical = error == std::errc() && digits == std::to_string(value);
        if (!canonical || last != digits.data() + digits.size()) return std::nullopt;
        at_ = stop + 1;
        return value;
    }

    Result<Bencoded> integer() {
        ++at_;
        const auto value = number('e');
        if (!value) return fault("no canonical integer");
        return Bencoded{*value};
    }

    Result<std::string> string() {
        const auto begin = at_;
        const auto length = number(':');
        const bool fits = length && *length >= 0 && static_cast<std::uint64_t>(*length) <= text_.size() - at_;
        if (!fits) {
            at_ = begin;
            return fault("no string with a length that fits");
        }
        std::string value(text_.substr(at_, static_cast<std::size_t>(*length)));
        at_ += value.size();
        return value;
    }

    Result<Bencoded> list(int depth) {
        ++at_;
        BencodedList items;
        while (!ended() && text_[at_] != 'e') {
            auto item = parse(depth + 1);
            if (!item) return item;
            items.push_back(std::move(*item));
        }
        if (ended()) return fault("a list is cut short");
        ++at_;
        return Bencoded{std::move(items)};
    }

    Result<Bencoded> dictionary(int depth) {
        ++at_;
        BencodedDictionary members;
        while (!ended() && text_[at_] != 'e') {
            auto key = string();
            if (!key) return key.error();
            if (!members.empty() && *key <= members.rbegin()->first) return fault("keys are out of order");
            auto value = parse(depth + 1);
            if (!value) return value;
            members.emplace_hint(members.end(), std::move(*key), std::move(*value));
        }
        if (ended()) return fault("a dictionary is cut short");
        ++at_;
        return Bencoded{std::move(members)};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

void encode(std::string& out, const Bencoded& value);

void encode_string(std::string& out, std::string_view text) {
    fmt::format_to(std::back_inserter(out), "{}:", text.size());
    out += text;
}

void encode(std::string& out, const Bencoded& value) {
    if (const auto* integer = value.get<std::int64_t>()) {
        fmt::format_to(std::back_inserter(out), "i{}e", *integer);
    } else if (const auto* text = value.get<std::string>()) {
        encode_string(out, *text);
    } else if (const auto* list = value.get<BencodedList>()) {
        out += 'l';
        for (const auto& item : *list)
            encode(out, item);
        out += 'e';
    } else if (const auto* dictionary = value.get<BencodedDictionary>()) {
        out += 'd';
        for (const auto& [key, member] : *dictionary) {
            encode_string(out, key);
            encode(out, member);
        }
        out += 'e';
    }
}

}  // namespace

std::string encode_bencoded(const Bencoded& value) {
    std::string out;
    encode(out, value);
    return out;
}

Result<Bencoded> parse_bencoded(std::string_view text) {
    return Parser(text).whole();
}

}  // namespace mirrorseed::torrentgen
