#include "sync/generation/dressing.hpp"

#include "core/store/blob_trust.hpp"
#include "sync/generation/blob_dress.hpp"
#include "sync/generation/checkout.hpp"
#include "sync/generation/upkeep.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

constexpr std::size_t changes_in_a_batch = 10'000;

Entry wearing(const Dress& dress) {
    return {.mode = dress.mode, .mtime = dress.mtime};
}

}  // namespace

Status Dressing::for_checkout(const TreeRow& tree) {
    look_again_at_half_dressed();
    const ToShow what{.tree = tree.id, .since = tree.checkout, .shown = tree.generation};
    for (const auto& digest : store_.catalogue().dresses().dressed_otherwise(what)) {
        auto done = note(digest, what, false);
        if (done && changes_.size() >= changes_in_a_batch) done = change(what);
        if (!done) return done;
    }
    return change(what);
}

Status Dressing::for_contents(const std::vector<Digest>& digests) {
    const ToShow as_published;
    for (const auto& digest : digests) {
        const auto noted = note(digest, as_published, false);
        if (!noted) return noted;
    }
    return change(as_published);
}

Status Dressing::for_readers(const TreeRow& tree, Generation candidate) {
    const ToShow what{
        .tree = tree.id, .since = tree.checkout, .shown = candidate, .has_checkout = tree.checkout != 0};
    const auto closed = store_.catalogue().dresses().closed_to_readers(tree.id, candidate);
    if (closed.empty()) return {};
    const auto turn = store_.turn_at_checkouts();
    for (const auto& digest : closed) {
        const auto noted = note(digest, what, true);
        if (!noted) return noted;
    }
    const auto changed = change(what);
    if (!changed || to_remember_.empty()) return changed;
    const auto synced = store_.blobs().sync();
    if (synced) remember();
    return synced;
}

void Dressing::remember() {
    if (to_remember_.empty()) return;
    auto transaction = store_.catalogue().begin();
    for (const auto& [digest, dress] : to_remember_)
        store_.catalogue().dresses().wears(digest, dress);
    transaction.commit();
    to_remember_.clear();
}

// Which of the two it wears is told by the inode. What has neither was written to by somebody else.
void Dressing::look_again_at_half_dressed() {
    for (const auto& digest : store_.catalogue().dresses().half_dressed()) {
        const auto row = store_.catalogue().contents().blob(digest);
        const auto inode = store_.blobs().facts(digest);
        if (row && inode && is_as_left(*row, *inode)) to_remember_.emplace_back(digest, dress_of(*inode));
    }
    if (to_remember_.empty() || !store_.blobs().sync()) return to_remember_.clear();
    remember();
}

// What is not as it was left is read first, for it would be dressed as what it may not be. Nothing for what
// is damaged or lost: that stays as it is found.
Result<std::optional<Dress>> Dressing::worn_by(const Digest& digest) {
    const auto look = [&]() -> std::optional<Dress> {
        const auto row = store_.catalogue().contents().blob(digest);
        const auto inode = store_.blobs().facts(digest);
        if (!row || !inode || trust_in(*row, *inode) != Trust::sound) return std::nullopt;
        return dress_of(*inode);
    };
    if (const auto worn = look()) return worn;
    const auto row = store_.catalogue().contents().blob(digest);
    if (!row || row->damaged) return std::optional<Dress>();
    const auto read =
        verify_store(store_, {.trees = {}, .contents = {digest}, .dress = false}, system_clock(), progress_);
    if (!read) return read.error();
    return look();
}

Status Dressing::note(const Digest& digest, const ToShow& what, bool mode_alone) {
    auto& dresses = store_.catalogue().dresses();
    const auto worn = worn_by(digest);
    if (!worn) return worn.error();
    if (!*worn) return {};
    const auto now = **worn;
    const auto wishes = dresses.wishes(digest, what);
    auto next = choose_dress(now, wishes, dresses.is_in_release(digest));
    if (mode_alone) next.mtime = now.mtime;
    const auto asks_for_now = [&](const DressWish& wish) { return wish.is_shown && wish.dress == now; };
    if (next != now)
        changes_.push_back({digest, now, next, std::any_of(wishes.begin(), wishes.end(), asks_for_now)});
    else if (store_.catalogue().contents().blob(digest)->dress != now)
        to_remember_.emplace_back(digest, now);
    return {};
}

Status Dressing::change(const ToShow& what) {
    if (changes_.empty()) return {};
    auto& dresses = store_.catalogue().dresses();
    auto transaction = store_.catalogue().begin();
    for (const auto& change : changes_) {
        const auto row = store_.catalogue().contents().blob(change.digest);
        if (!row->dress) dresses.wears(change.digest, change.now);  // as it is seen for the first time
        dresses.will_wear(change.digest, change.next);
    }
    transaction.commit();
    for (const auto& change : changes_) {
        auto done = change.parts ? keep_apart(store_, change.digest, change.now, what) : Status();
        if (done) done = dress(change);
        if (!done) return done;
    }
    changes_.clear();
    return {};
}

Status Dressing::dress(const Change& change) {
    const auto dressed = store_.blobs().dress(change.digest, wearing(change.next));
    // Whoever shared an adopted file with us may own it. Then names that ask for something else are copies.
    const bool is_anothers = !dressed && dressed.error().is(boost::system::errc::operation_not_permitted);
    if (!dressed && !is_anothers) return dressed.error();
    to_remember_.emplace_back(change.digest, is_anothers ? change.now : dress_of(*dressed));
    return {};
}

Bytes room_for_copies(Store& store, const TreeRow& tree, Generation candidate) {
    auto& catalogue = store.catalogue();
    const ToShow what{.tree = tree.id, .since = tree.checkout, .shown = candidate};
    Bytes room = 0;
    for (const auto& digest : catalogue.dresses().dressed_otherwise(what)) {
        const auto row = catalogue.contents().blob(digest);
        if (!row || !row->dress) continue;
        const auto wishes = catalogue.dresses().wishes(digest, what);
        const auto next = choose_dress(*row->dress, wishes, catalogue.dresses().is_in_release(digest));
        room += row->size * copies_to_make(*row->dress, next, wishes);
    }
    return room;
}

}  // namespace mirrorseed::sync
