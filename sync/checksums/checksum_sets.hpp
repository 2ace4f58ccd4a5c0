// A checksum list, its signatures and the files that it names: they belong together, and change together.
//
// Pure. First: which lists must be read, before anything else is fetched. Then, of each list that was read:
// may it be believed? Then, of all of them together: what must files turn out to be, and which sets wait as a
// whole, because something in them does not fit. Files that a list names and the upstream does not have are
// of no interest.
#pragma once

#include "core/store/catalogue_contents.hpp"
#include "sync/checksums/checksum_list.hpp"
#include "sync/checksums/signature.hpp"

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
    bool is_signed = false;          // by a key in the keyring
    std::string fault{};             // why it must wait
    std::vector<RelPath> waiting{};  // with it, besides what `files` tells: the names that nobody may believe
    std::string note{};              // why it is passed over, although nothing has to wait for it
};

// With a keyring, a list that has or had a signature must have a good one. A list that is no list is passed
// over, unless the current generation shows that it was one. An Error only when a signature could not be
// judged.
Result<ReadSet> read_set(const ChecksumSet& set, const SetTexts& texts, const Verifier& verifier);

// ---- what follows for the files

struct FileState {
    bool is_fresh = false;
    std::optional<Digest> digest{};  // of the current file when it is not fresh, or as the upstream tells
};
// Nothing when the upstream has no file of that name.
using FindFile = std::function<std::optional<FileState>(const RelPath& path)>;

// What waits together, and why: of a folder the names with this beginning that lie directly in it (all of
// them, if it is empty), and these paths, which may lie further down.
struct WaitingSet {
    RelPath folder;
    std::string beginning{};
    std::vector<RelPath> named{};
    std::string reason{};
};

class ChecksumSets {
public:
    ChecksumSets() = default;
    ChecksumSets(std::vector<ReadSet> sets, const FindFile& find);

    // What a fresh file must turn out to be; the SHA-256 first if there is one. Empty when no list names it.
    std::vector<Checksum> expected(const RelPath& path) const;
    // Files that are not fresh and of which only other checksums than SHA-256 are told.
    const std::vector<ListedChecksum>& to_compare() const noexcept { return to_compare_; }
    // The content is not what its lists say: all sets that name it wait.
    void blame(const RelPath& path, const std::string& reason);

    const std::vector<WaitingSet>& waiting() const noexcept { return waiting_; }
    // The first that this path waits in, or null.
    const WaitingSet* waiting_with(const RelPath& path) const;
    // Lists that were passed over.
    const std::vector<LeftOut>& notes() const noexcept { return notes_; }

private:
    void look_at(std::size_t set, const FindFile& find);
    void look_at(std::size_t set, const ListedChecksum& item, const FileState& file);
    void let_wait(std::size_t set, const std::string& reason);

    struct Naming {
        std::vector<Checksum> checksums;
        std::vector<std::size_t> sets;
    };
    std::vector<ReadSet> sets_;
    std::vector<bool> waits_;
    std::unordered_map<RelPath, Naming> named_;
    std::vector<ListedChecksum> to_compare_;
    std::vector<WaitingSet> waiting_;
    std::unordered_map<RelPath, std::vector<std::size_t>> waiting_by_folder_;
    std::unordered_map<RelPath, std::size_t> waiting_by_name_;
    std::vector<LeftOut> notes_;
};

}  // namespace mirrorseed::sync
