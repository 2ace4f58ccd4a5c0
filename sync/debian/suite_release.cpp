#include "sync/debian/suite_release.hpp"

#include "core/clock.hpp"
#include "core/text.hpp"

namespace mirrorseed::sync::debian {
namespace {

// Clients refuse what has anything before or after the signed message.
bool is_signed_whole(std::string_view text) {
    constexpr std::string_view end = "\n-----END PGP SIGNATURE-----";
    text = trimmed(text);
    return !is_clear_signed(text) ||
           (text.starts_with("-----BEGIN") && text.find(end) + end.size() == text.size());
}

Result<ReleaseFile> read_in_release(const std::string& text, const DebianWish& wish, std::stop_token stop) {
    if (wish.is_signed) {
        if (!is_signed_whole(text)) return Error(Fault::bad_input, "there is text around what is signed");
        const auto clear = verify_clear_signed(wish.keyring.value(), text, std::move(stop));
        return clear ? parse_release(clear->text) : Result<ReleaseFile>(clear.error());
    }
    return read_unverified(text);
}

Result<ReleaseFile> read_release(const ReleaseTexts& texts, const DebianWish& wish, std::stop_token stop) {
    if (wish.is_signed) {
        if (!texts.signature) return Error(Fault::bad_input, "it has no signature");
        const auto good =
            verify_detached(wish.keyring.value(), *texts.release, *texts.signature, std::move(stop));
        if (!good) return good.error();
    }
    return parse_release(*texts.release);
}

bool say_the_same(const ReleaseFile& one, const ReleaseFile& other) {
    return one.date == other.date && one.files == other.files;
}

}  // namespace

Result<BelievedRelease> believe(const ReleaseTexts& texts, const DebianWish& wish, std::stop_token stop) {
    if (!texts.in_release && !texts.release)
        return Error(Fault::not_found, "the upstream has neither InRelease nor Release");
    BelievedRelease believed;
    if (texts.in_release) {
        auto release = read_in_release(*texts.in_release, wish, stop);
        if (!release) return release.error().within("InRelease");
        believed.release = std::move(*release);
        believed.by_in_release = true;
    }
    if (!texts.release) return believed;
    auto release = read_release(texts, wish, stop);
    if (!believed.by_in_release) {
        if (!release) return release.error().within("Release");
        return BelievedRelease{.release = std::move(*release), .by_release = true};
    }
    // Who knows InRelease never asks for it, so it does no harm where it is left out.
    believed.by_release = release && say_the_same(*release, believed.release);
    if (release && !believed.by_release && release->date > believed.release.date)
        return Error(Fault::changed, "InRelease is older than Release");
    return believed;
}

Result<ReleaseFile> read_unverified(const std::string& text) {
    return parse_release(is_clear_signed(text) ? text_of_clear_signed(text) : text);
}

Status check_still_valid(const ReleaseFile& release, const DebianWish& wish, UnixTime now) {
    if (!wish.checks_valid_until || !release.valid_until || now <= *release.valid_until) return {};
    return Error(Fault::refused, "its Valid-Until passed at " + format_iso_time(*release.valid_until));
}

std::string went_back(const ReleaseFile& release, const ReleaseFile& held) {
    if (!held.date || (release.date && *release.date >= *held.date)) return {};
    if (!release.date) return "it has no date, and here is one of " + format_iso_time(*held.date);
    return "it is of " + format_iso_time(*release.date) + ", and here is one of " +
           format_iso_time(*held.date);
}

}  // namespace mirrorseed::sync::debian
