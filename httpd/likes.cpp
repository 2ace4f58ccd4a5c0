#include "httpd/likes.hpp"

#include "core/http/http_text.hpp"
#include "core/whole_number.hpp"

#include <algorithm>
#include <array>

namespace mirrorseed::httpd {
namespace {

// The parts of a list, without the blanks around them, one after the other.
class Parts {
public:
    Parts(std::string_view list, char between) : list_(list), between_(between) {}
    std::optional<std::string_view> next() {
        if (at_ >= list_.size()) return std::nullopt;
        const auto end = std::min(list_.find(between_, at_), list_.size());
        const auto part = list_.substr(at_, end - at_);
        at_ = end + 1;
        return without_blanks(part);
    }

private:
    std::string_view list_;
    char between_;
    std::size_t at_ = 0;
};

// "1", "0.5"; in thousandths. What cannot be read counts as 1.
int weight(std::string_view text) {
    if (!text.starts_with('0')) return 1000;
    int thousandths = 0, place = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (!is_digit(digit)) break;
        thousandths += place * (digit - '0');
        place /= 10;
    }
    return thousandths;
}

// How much a field likes a word that it names; -1 when it does not name it.
int liking(std::string_view field, std::string_view word) {
    for (Parts all(field, ','); const auto one = all.next();) {
        Parts parts(*one, ';');
        if (!same_word(parts.next().value_or(""), word)) continue;
        while (const auto parameter = parts.next())
            if (same_word(parameter->substr(0, 2), "q=")) return weight(parameter->substr(2));
        return 1000;
    }
    return -1;
}

// JSON where it is named and HTML is not liked more.
bool likes_json(std::string_view accept) {
    const auto json = liking(accept, "application/json");
    return json > 0 && json >= liking(accept, "text/html");
}

// Of those that are named, since who says "*" may know none of ours; rather than the plain form, unless that
// is liked more.
Coding liked_coding(std::string_view accept) {
    auto best = Coding::none;
    auto most = liking(accept, "identity");
    for (const auto coding : {Coding::zstd, Coding::gzip}) {
        auto how_much = liking(accept, name_of(coding));
        if (coding == Coding::gzip) how_much = std::max(how_much, liking(accept, "x-gzip"));
        if (how_much <= 0 || how_much < most || (best != Coding::none && how_much == most)) continue;
        best = coding;
        most = how_much;
    }
    return best;
}

}  // namespace

std::string_view name_of(Coding coding) {
    switch (coding) {
        case Coding::none:
            break;
        case Coding::gzip:
            return "gzip";
        case Coding::zstd:
            return "zstd";
    }
    return "identity";
}

std::string_view Likes::word() const {
    constexpr std::array<std::array<std::string_view, 3>, 2> words{
        {{"html", "html gzip", "html zstd"}, {"json", "json gzip", "json zstd"}}};
    return words[json ? 1 : 0][static_cast<std::size_t>(coding)];
}

Likes likes_of(const AcceptFields& fields) {
    Likes likes;
    if (fields.type) likes.json = likes_json(*fields.type);
    if (fields.coding) likes.coding = liked_coding(*fields.coding);
    return likes;
}

}  // namespace mirrorseed::httpd
