// A checksum list, its signatures and the files that it names: they belong together, and change together.
//
// Pure. First: which lists must be read, before anything else is fetched. Then, of each list that was read:
// may it be believed, and does it decide? Then, of all of them together: what must files turn out to be, and
// which sets wait as a whole, because something in them does not fit; and which files are not what a list
// says that does not decide (what becomes of those: sync/checksums/doubt.hpp). Files that a list names and
// the upstream does not have are of no interest.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "sync/checksums/checksum_list.hpp"
#include "sync/list_rule.hpp"
#include "sync/signature.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mirrorseed::sync {

// ---- which lists must be read

struct SetNames {
    std::vector<RelPath> upstream;  // those for which is_of_a_checksum_set() is true, files alone
    std::vector<RelPath> current;   // the same of the current generation
    std::vector<RelPath> fresh;     // every file of the listing that is new or not the current one, lists too
};

struct ChecksumSet {
    RelPath list;
    std::vector<RelPath> signatures;  // that the upstream has
    bool had_signature = false;       // the current generation has one
    auto operator<=>(const ChecksumSet&) const = default;
};

// Those with something fresh in their reach: in them, or in or below their folder. By path.
std::vector<ChecksumSet> sets_to_read(const SetNames& names);

// ---- may a list be believed

struct SetTexts {
    std::string list;
    std::vector<std::string> signatures;  // in the order of the set's
    std::string current_list{};           // of the current generation, when that has another one
    bool is_new = true;                   // the current generation has another one, or none
};

// Says whether a signature is good; empty functions where the operator has no keyring.
struct Verifier {
    std::function<Result<Signed>(std::string_view text, std::string_view signature)> detached{};
    std::function<Result<Signed>(std::string_view text)> clear_signed{};
    explicit operator bool() const { return detached && clear_signed; }
};

// By gpgv. The keyring outlives it.
Verifier verifier_with(const Keyring& keyring, std::stop_token stop);

struct ReadSet {
    ChecksumSet set;
    std::vector<ListedChecksum> files{};
    bool is_signed = false;  // by a key in the keyring
    bool decides = true;     // what it does not decide it may doubt
    // Of other kinds than SHA-256, that it did not tell before: also what is here is held against them.
    std::vector<ListedChecksum> to_compare{};
    std::string fault{};             // why it must wait
    std::vector<RelPath> waiting{};  // with it, besides what `files` tells: the names that nobody may believe
    std::string note{};              // why it is passed over, although nothing has to wait for it
};

// With a keyring, a list that has or had a signature must have a good one. A list that is no list is passed
// over, unless it decides and the current generation shows that it was one. An Error only when a signature
// could not be judged.
Result<ReadSet> read_set(const ChecksumSet& set, const SetTexts& texts, const Verifier& verifier,
                         ListRule rule);
// The same of a list whose own bytes, or a signature's, are not here.
ReadSet set_without_text(const ChecksumSet& set, const std::string& why, const Verifier& verifier,
                         ListRule rule);

// ---- what follows for the files

struct FileState {
    bool is_fresh = false;
    std::optional<Digest> digest{};  // of the current file when it is not fresh, or as the upstream tells
};
// Nothing when the upstream has no file of that name.
using FindFile = std::function<std::optional<FileState>(const RelPath& path)>;

// What waits together, and why: a list, its signatures, and what it names.
struct WaitingSet {
    RelPath list;
    std::vector<RelPath> named{};  // the list too
    std::string reason{};
};

// A list that does not decide says otherwise than the file is.
struct Contradiction {
    RelPath path;
    ChecksumSet set;
    std::string reason;
};
// Nothing when the file did not come.
using FindDigest = std::function<std::optional<Digest>(const RelPath& path)>;
// Whether this content was found to be another than what the list says of the file.
using WasDoubted = std::function<bool(const RelPath& path, const RelPath& list, const Digest& content)>;

class ChecksumSets {
public:
    ChecksumSets() = default;
    ChecksumSets(std::vector<ReadSet> sets, const FindFile& find);

    // What a fresh file must turn out to be; the SHA-256 first if there is one. Empty when no list that
    // decides names it.
    std::vector<Checksum> expected(const RelPath& path) const;
    // What lists say that do not decide, of a file of which no other says anything.
    std::vector<Checksum> hinted(const RelPath& path) const;
    // Of files that are here, other checksums than SHA-256 that were not told before.
    const std::vector<ListedChecksum>& to_compare() const noexcept { return to_compare_; }
    // The content is not what its lists say: all sets that decide and name it wait.
    void blame(const RelPath& path, const std::string& reason);
    // The listing's digest of it is what such a list says, and no more than that.
    void guess(const RelPath& path) { guesses_.insert(path); }
    bool is_guess(const RelPath& path) const { return guesses_.contains(path); }
    // What its checksum of this kind is. May be told twice, when the file came twice.
    void tell(const RelPath& path, const Checksum& is);
    // Of the files that came or are here. A line that is as it was was judged when it came.
    std::vector<Contradiction> contradictions(const FindDigest& digest_of,
                                              const WasDoubted& was_doubted) const;
    const std::vector<ReadSet>& read() const noexcept { return sets_; }

    const std::vector<WaitingSet>& waiting() const noexcept { return waiting_; }
    // Lists that were passed over.
    const std::vector<LeftOut>& notes() const noexcept { return notes_; }

private:
    void look_at(std::size_t set, const FindFile& find);
    void look_at(std::size_t set, const ListedChecksum& item, const FileState& file);
    void let_wait(std::size_t set, const std::string& reason);

    struct Hint {
        Checksum checksum;
        std::size_t set;
    };
    struct Naming {
        std::vector<Checksum> checksums;  // by those that decide
        std::vector<std::size_t> sets;    // that decide
        std::vector<Hint> hints;
        std::vector<Checksum> told;  // what it is
    };
    // Nothing where nobody knows.
    static std::optional<bool> differs(const Naming& naming, const Hint& hint, const Digest& digest);
    std::vector<ReadSet> sets_;
    std::vector<bool> waits_;
    std::unordered_map<RelPath, Naming> named_;
    std::unordered_set<RelPath> guesses_;
    std::vector<ListedChecksum> to_compare_;
    std::vector<WaitingSet> waiting_;
    std::vector<LeftOut> notes_;
};

}  // namespace mirrorseed::sync
