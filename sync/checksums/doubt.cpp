#include "sync/checksums/doubt.hpp"

namespace mirrorseed::sync {
namespace {

constexpr UnixTime day = 24 * 60 * 60;

bool is_young(UnixTime changed, UnixTime now) {
    return changed > now - day && changed <= now + day;
}

}  // namespace

DoubtFate fate_of(const Contradicted& doubt, UnixTime now) {
    if (doubt.is_shown) return DoubtFate::is_told;
    if (is_young(doubt.file_changed, now) || is_young(doubt.list_changed, now)) return DoubtFate::waits;
    return doubt.is_sure ? DoubtFate::is_told : DoubtFate::comes_again;
}

}  // namespace mirrorseed::sync
