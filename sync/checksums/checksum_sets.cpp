#include "sync/checksums/checksum_sets.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace mirrorseed::sync {
namespace {

std::string quoted(const RelPath& path) {
    return escape_text(path.str());
}

// Folders in or below which there is something fresh.
std::unordered_set<RelPath> folders_above(const std::vector<RelPath>& paths) {
    std::unordered_set<RelPath> folders;
    for (const auto& path : paths)
        for (auto folder = path.parent();; folder = folder.parent())
            if (!folders.insert(folder).second || folder.is_root()) break;
    return folders;
}

// By list: what the upstream, and what the current generation has of it.
struct Members {
    bool has_list = false, had_signature = false;
    std::vector<RelPath> signatures;
};

std::map<RelPath, Members> members_by_list(const SetNames& names) {
    std::map<RelPath, Members> sets;
    for (const auto& path : names.upstream) {
        if (is_checksum_list(path))
            sets[path].has_list = true;
        else if (auto list = signed_name(path))
            sets[*list].signatures.push_back(path);
    }
    for (const auto& path : names.current)
        if (const auto list = signed_name(path); list && !is_checksum_list(path))
            sets[*list].had_signature = true;
    return sets;
}

// "sha256sums.asc" without a "sha256sums" is a list that is signed within.
void add_sets_of(const RelPath& list, Members members, std::vector<ChecksumSet>& sets) {
    if (members.has_list) {
        std::sort(members.signatures.begin(), members.signatures.end());
        sets.push_back({list, std::move(members.signatures), members.had_signature});
        return;
    }
    for (auto& signature : members.signatures)
        if (signature.name().ends_with(".asc")) sets.push_back({std::move(signature), {}, false});
}

// ---- one list

// What may be parsed of the list: all of it, or what was signed.
struct Believed {
    std::string text;
    bool is_signed = false;
};

Error not_good(const RelPath& list, const std::string& why) {
    return {Fault::bad_input, "the checksum list " + quoted(list) + " is not signed well: " + why};
}

bool was_judged(const Error& error) {
    return error.is(Fault::bad_input);
}

// A signature, or a copy of the list with its signature in it.
Result<Believed> believe_with(std::string_view signature, const SetTexts& texts, const Verifier& verifier) {
    const bool is_copy = is_clear_signed(signature);
    auto verified = is_copy ? verifier.clear_signed(signature) : verifier.detached(texts.list, signature);
    if (!verified) return verified.error();
    return Believed{std::move(verified->text), true};
}

// One good signature is enough: nobody else could have made it.
Result<Believed> believe_signatures(const ChecksumSet& set, const SetTexts& texts, const Verifier& verifier) {
    std::string why;
    for (const auto& signature : texts.signatures) {
        auto believed = believe_with(signature, texts, verifier);
        if (believed || !was_judged(believed.error())) return believed;
        why += (why.empty() ? "" : "; ") + believed.error().text();
    }
    return not_good(set.list, why);
}

Result<Believed> believe(const ChecksumSet& set, const SetTexts& texts, const Verifier& verifier) {
    if (!verifier) return Believed{texts.list};
    if (is_clear_signed(texts.list)) {
        auto verified = verifier.clear_signed(texts.list);
        if (verified) return Believed{std::move(verified->text), true};
        if (!was_judged(verified.error())) return verified.error();
        return not_good(set.list, verified.error().text());
    }
    if (!texts.signatures.empty()) return believe_signatures(set, texts, verifier);
    if (set.had_signature || is_clear_signed(texts.current_list))
        return not_good(set.list, "the signature that it had is gone");
    return Believed{texts.list};
}

bool was_a_list(const ChecksumSet& set, const SetTexts& texts) {
    return !texts.current_list.empty() && parse_checksum_list(set.list, texts.current_list);
}

// A signature that somebody asks for decides, good or not.
bool wants_signature(const ChecksumSet& set, const Verifier& verifier) {
    return verifier && (set.had_signature || !set.signatures.empty());
}

// Lines that tell another checksum than before, and of a list that decides those too that told none before:
// a content that came long ago is not read again for what is as it was.
std::vector<ListedChecksum> told_anew(const std::vector<ListedChecksum>& files, const ChecksumSet& set,
                                      const SetTexts& texts, bool decides) {
    if (!texts.is_new) return {};
    std::map<std::pair<RelPath, ChecksumKind>, Checksum> before;
    if (const auto list = parse_checksum_list(set.list, texts.current_list))
        for (const auto& [path, checksum] : *list)
            before.emplace(std::pair(path, checksum.kind), checksum);
    std::vector<ListedChecksum> anew;
    for (const auto& item : files) {
        if (item.checksum.digest()) continue;
        const auto told = before.find({item.path, item.checksum.kind});
        const bool is_other = told == before.end() ? decides : told->second != item.checksum;
        if (is_other) anew.push_back(item);
    }
    return anew;
}

// Files that wait with a list that nobody may believe: what it names, and what it named before.
std::vector<RelPath> names_in(const ChecksumSet& set, const SetTexts& texts) {
    std::vector<RelPath> names;
    for (const auto* text : {&texts.list, &texts.current_list})
        if (const auto files = parse_checksum_list(set.list, *text))
            for (const auto& item : *files)
                names.push_back(item.path);
    return names;
}

// What the list says, when its own bytes and the signed copy agree.
Result<std::vector<ListedChecksum>> files_of(const ChecksumSet& set, const SetTexts& texts,
                                             const Believed& believed) {
    auto files = parse_checksum_list(set.list, believed.text);
    if (!files || believed.text == texts.list || is_clear_signed(texts.list)) return files;
    const auto plain = parse_checksum_list(set.list, texts.list);
    if (plain && *plain == *files) return files;
    return not_good(set.list, "it is not what its signed copy says");
}

void sha256_first(std::vector<Checksum>& checksums) {
    std::stable_partition(checksums.begin(), checksums.end(),
                          [](const Checksum& item) { return item.kind == ChecksumKind::sha256; });
}

}  // namespace

std::vector<ChecksumSet> sets_to_read(const SetNames& names) {
    const auto touched = folders_above(names.fresh);
    std::vector<ChecksumSet> sets;
    for (auto& [list, members] : members_by_list(names))
        if (touched.contains(list.parent())) add_sets_of(list, members, sets);
    std::sort(sets.begin(), sets.end());
    return sets;
}

Verifier verifier_with(const Keyring& keyring, std::stop_token stop) {
    return {.detached =
                [&keyring, stop](std::string_view text, std::string_view signature) {
                    return verify_detached(keyring, text, signature, stop);
                },
            .clear_signed =
                [&keyring, stop](std::string_view text) { return verify_clear_signed(keyring, text, stop); }};
}

Result<ReadSet> read_set(const ChecksumSet& set, const SetTexts& texts, const Verifier& verifier,
                         ListRule rule) {
    const auto waiting = [&](const std::string& fault) {
        return ReadSet{.set = set, .fault = fault, .waiting = names_in(set, texts)};
    };
    const auto believed = believe(set, texts, verifier);
    if (!believed && !was_judged(believed.error())) return believed.error();
    if (!believed) return waiting(believed.error().text());
    const bool decides = believed->is_signed || rule == ListRule::require;
    auto files = files_of(set, texts, *believed);
    if (files) {
        auto anew = told_anew(*files, set, texts, decides);
        return ReadSet{.set = set,
                       .files = std::move(*files),
                       .is_signed = believed->is_signed,
                       .decides = decides,
                       .to_compare = std::move(anew)};
    }
    if (believed->is_signed || (decides && was_a_list(set, texts))) return waiting(files.error().text());
    // Many a program is called md5sum.
    const bool says_nothing = !decides && files.error().is(Fault::not_found);
    return ReadSet{
        .set = set, .decides = decides, .note = says_nothing ? std::string() : files.error().text()};
}

ReadSet set_without_text(const ChecksumSet& set, const std::string& why, const Verifier& verifier,
                         ListRule rule) {
    const bool decides = rule == ListRule::require || wants_signature(set, verifier);
    if (decides) return {.set = set, .fault = why};
    return {.set = set, .decides = false, .note = why};
}

ChecksumSets::ChecksumSets(std::vector<ReadSet> sets, const FindFile& find)
    : sets_(std::move(sets)), waits_(sets_.size(), false) {
    for (std::size_t set = 0; set < sets_.size(); ++set)
        look_at(set, find);
    for (auto& [path, naming] : named_)
        sha256_first(naming.checksums);
}

void ChecksumSets::look_at(std::size_t set, const FindFile& find) {
    const auto& read = sets_[set];
    if (!read.note.empty()) notes_.push_back({read.set.list, read.note});
    if (!read.fault.empty()) let_wait(set, read.fault);
    for (const auto& item : read.files)
        if (const auto file = find(item.path)) look_at(set, item, *file);
    for (const auto& item : read.to_compare)
        if (const auto file = find(item.path)) to_compare_.push_back(item);
}

void ChecksumSets::look_at(std::size_t set, const ListedChecksum& item, const FileState& file) {
    auto& naming = named_[item.path];
    if (!sets_[set].decides) {
        naming.hints.push_back({item.checksum, set});
        return;
    }
    if (naming.sets.empty() || naming.sets.back() != set) naming.sets.push_back(set);
    for (const auto& earlier : naming.checksums)
        if (earlier.kind == item.checksum.kind && earlier != item.checksum)
            blame(item.path, "two checksum lists disagree about " + quoted(item.path));
    naming.checksums.push_back(item.checksum);

    const auto digest = item.checksum.digest();
    if (digest && file.digest && *digest != *file.digest)
        blame(item.path, (file.is_fresh ? "what the upstream tells of " : "the current ") +
                             quoted(item.path) + " is not what " + quoted(sets_[set].set.list) + " says");
}

std::vector<Checksum> ChecksumSets::expected(const RelPath& path) const {
    const auto found = named_.find(path);
    return found == named_.end() ? std::vector<Checksum>() : found->second.checksums;
}

std::vector<Checksum> ChecksumSets::hinted(const RelPath& path) const {
    std::vector<Checksum> hints;
    const auto found = named_.find(path);
    if (found == named_.end() || !found->second.checksums.empty()) return hints;
    for (const auto& hint : found->second.hints)
        hints.push_back(hint.checksum);
    return hints;
}

void ChecksumSets::blame(const RelPath& path, const std::string& reason) {
    const auto found = named_.find(path);
    if (found == named_.end()) return;
    for (const auto set : found->second.sets)
        let_wait(set, reason);
}

void ChecksumSets::tell(const RelPath& path, const Checksum& is) {
    const auto found = named_.find(path);
    if (found == named_.end()) return;
    auto& told = found->second.told;
    std::erase_if(told, [&](const Checksum& earlier) { return earlier.kind == is.kind; });
    told.push_back(is);
}

std::optional<bool> ChecksumSets::differs(const Naming& naming, const Hint& hint, const Digest& digest) {
    if (const auto said = hint.checksum.digest()) return *said != digest;
    for (const auto& is : naming.told)
        if (is.kind == hint.checksum.kind) return is != hint.checksum;
    return std::nullopt;
}

// What a list that decides vouches for, no other can doubt.
std::vector<Contradiction> ChecksumSets::contradictions(const FindDigest& digest_of,
                                                        const WasDoubted& was_doubted) const {
    std::vector<Contradiction> found;
    for (const auto& [path, naming] : named_) {
        if (naming.hints.empty() || !naming.checksums.empty()) continue;
        const auto digest = digest_of(path);
        if (!digest) continue;
        for (const auto& hint : naming.hints) {
            const auto& set = sets_[hint.set].set;
            if (differs(naming, hint, *digest).value_or(was_doubted(path, set.list, *digest)))
                found.push_back({path, set,
                                 fmt::format("its {} is not what {} says", checksum_name(hint.checksum.kind),
                                             quoted(set.list))});
        }
    }
    std::sort(found.begin(), found.end(), [](const Contradiction& one, const Contradiction& other) {
        return std::tie(one.path, one.set) < std::tie(other.path, other.set);
    });
    return found;
}

void ChecksumSets::let_wait(std::size_t set, const std::string& reason) {
    if (waits_[set]) return;
    waits_[set] = true;
    const auto& read = sets_[set];
    WaitingSet waiting{.list = read.set.list, .named = read.waiting, .reason = reason};
    waiting.named.push_back(read.set.list);
    waiting.named.insert(waiting.named.end(), read.set.signatures.begin(), read.set.signatures.end());
    for (const auto& item : read.files)
        waiting.named.push_back(item.path);
    waiting_.push_back(std::move(waiting));
}

}  // namespace mirrorseed::sync
