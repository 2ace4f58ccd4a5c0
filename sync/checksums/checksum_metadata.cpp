#include "sync/checksums/checksum_metadata.hpp"

#include "core/text.hpp"
#include "sync/checksums/list_text.hpp"
#include "sync/checksums/set_plan.hpp"

#include <algorithm>
#include <set>

namespace mirrorseed::sync {
namespace {

bool has(const std::vector<Checksum>& some, const Checksum& one) {
    return std::find(some.begin(), some.end(), one) != some.end();
}

// Is a content that is here what its lists say?
Status compare_with(const Store& store, const ListedChecksum& listed, const std::optional<Digest>& digest,
                    ChecksumSets& sets, Progress& progress) {
    const auto& [path, checksum] = listed;
    const auto blob =
        digest ? store.blobs().open_blob(*digest) : Result<Descriptor>(Error(Fault::not_found, "not here"));
    if (!blob) return {};
    ChecksumMaker maker(checksum.kind);
    const auto read = read_through(*blob, path.str(), [&](ByteSpan bytes) {
        maker.see(bytes);
        return progress.go_on();
    });
    if (!read) return read;
    const auto is = maker.finish();
    sets.tell(path, is);
    if (is != checksum && has(sets.expected(path), checksum))
        sets.blame(path, "its " + std::string(checksum_name(checksum.kind)) + " is not what its list says");
    return {};
}

// One reading of the sets that a plan touches.
class Reader {
public:
    Reader(Store& store, const TreeRow& tree, Listing& listing, const Plan& plan, const Verifier& verifier,
           ListRule rule, Progress& progress)
        : store_(store),
          tree_(tree),
          listing_(listing),
          plan_(plan),
          verifier_(verifier),
          rule_(rule),
          progress_(progress) {}

    std::vector<ChecksumSet> wanted() const { return sets_to_read(names()); }

    Result<ChecksumSets> read(const std::vector<ChecksumSet>& wanted) {
        std::vector<ReadSet> read;
        std::vector<RelPath> guesses;
        for (const auto& set : wanted) {
            auto one = read_one(set);
            if (!one) return one.error();
            ask_again(*one, guesses);
            read.push_back(std::move(*one));
        }
        ChecksumSets sets(std::move(read), [this](const RelPath& path) { return state_of(path); });
        const auto compared = compare(sets);
        if (!compared) return compared.error();
        learn_digests(listing_, plan_.fetch, sets);
        for (const auto& one : sets.read())
            if (!one.decides) guess_digests(one, sets, guesses);
        for (const auto& path : guesses)
            sets.guess(path);
        return sets;
    }

private:
    SetNames names() const {
        return names_of_sets(listing_, files_that_change(plan_, listing_), [this](const RelPath& folder) {
            std::vector<RelPath> current;
            auto& entries = store_.catalogue().entries();
            for (const auto& item : entries.in_folder(tree_.id, tree_.generation, folder)) {
                auto path = folder / RelPath::parse_name(item.name).value();
                if (item.entry.kind == EntryKind::file && is_of_a_checksum_set(path))
                    current.push_back(std::move(path));
            }
            return current;
        });
    }

    bool is_fresh(Listing::Place place) const { return is_fetched(plan_.fetch, place); }

    // Fresh ones may turn out to be what the tree has, and others may have come by an earlier run.
    bool is_new(Listing::Place place) const {
        if (!is_fresh(place) && !std::binary_search(plan_.ready.begin(), plan_.ready.end(), place))
            return false;
        const auto current =
            store_.catalogue().entries().find(tree_.id, tree_.generation, listing_.path_of(place));
        return !current || !current->digest || current->digest != digest_at(place);
    }

    Result<std::string> content_of(const std::optional<Digest>& digest) const {
        if (!digest) return Error(Fault::not_found, "could not be had");
        const auto blob = store_.blobs().open_blob(*digest);
        if (!blob) return blob.error();
        return read_list_text(*blob, digest->hex());
    }

    // Of what is listed now. The plan tells no digest of a file that stays as it is.
    std::optional<Digest> digest_at(Listing::Place place) const {
        auto digest = listing_.at(place).entry.digest;
        if (digest || is_fresh(place)) return digest;
        const auto current =
            store_.catalogue().entries().find(tree_.id, tree_.generation, listing_.path_of(place));
        return current ? current->digest : std::nullopt;
    }

    std::optional<Digest> listed_digest(const RelPath& path) const {
        const auto place = listing_.place_of(path);
        return place ? digest_at(*place) : std::nullopt;
    }

    // A list that cannot be had, or believed, keeps all of its set waiting.
    Result<ReadSet> read_one(const ChecksumSet& set) const {
        SetTexts texts;
        const auto digest = listed_digest(set.list);
        auto text = content_of(digest);
        const auto without = [&](const RelPath& path, const Error& why) {
            return set_without_text(set, escape_text(path.str()) + " " + why.text(), verifier_, rule_);
        };
        if (!text) return without(set.list, text.error());
        texts.list = std::move(*text);
        for (const auto& path : set.signatures) {
            auto signature = content_of(listed_digest(path));
            if (!signature) return without(path, signature.error());
            texts.signatures.push_back(std::move(*signature));
        }
        const auto current = store_.catalogue().entries().find(tree_.id, tree_.generation, set.list);
        const bool was_there = current && current->kind == EntryKind::file;
        texts.is_new = !was_there || current->digest != digest;
        if (was_there && texts.is_new)
            if (auto list = content_of(current->digest)) texts.current_list = std::move(*list);
        return read_set(set, texts, verifier_, rule_);
    }

    // A file that looks as it did, of which a new list says otherwise, may have been replaced by one of the
    // same size and time: it is fetched to see.
    void ask_again(const ReadSet& set, std::vector<RelPath>& guesses) {
        const auto list = listing_.place_of(set.set.list);
        if (!set.fault.empty() || !list || !is_new(*list)) return;
        for (const auto& [path, checksum] : set.files) {
            const auto expected = checksum.digest();
            const auto place = expected ? file_at(path) : std::nullopt;
            if (!place || is_fresh(*place) || is_new(*place)) continue;
            const auto known = digest_at(*place);
            if (!known || *known == *expected) continue;
            if (!set.decides && (!is_not_older(*list, *place) || is_doubted_already(path, *known))) continue;
            listing_.set_digest(*place, *expected);
            asked_again_.insert(*place);
            if (!set.decides) guesses.push_back(path);
        }
    }

    // What a list says that does not decide saves a transfer where the listing tells as much.
    void guess_digests(const ReadSet& set, const ChecksumSets& sets, std::vector<RelPath>& guesses) {
        const auto list = listing_.place_of(set.set.list);
        if (!list) return;
        for (const auto& [path, checksum] : set.files) {
            const auto said = checksum.digest();
            const auto place = said ? file_at(path) : std::nullopt;
            if (!place || !is_fresh(*place) || !sets.expected(path).empty()) continue;
            const auto listed = listing_.at(*place);
            if (listed.entry.digest || !listed.sureness.has_exact_size() || !is_not_older(*list, *place))
                continue;
            listing_.set_digest(*place, *said);
            guesses.push_back(path);
        }
    }

    bool is_not_older(Listing::Place list, Listing::Place file) const {
        const auto of_list = listing_.at(list), of_file = listing_.at(file);
        return of_list.sureness.tells_time() && of_file.sureness.tells_time() &&
               of_list.entry.mtime >= of_file.entry.mtime;
    }

    bool is_doubted_already(const RelPath& path, const Digest& content) const {
        return store_.catalogue().doubts().is_doubted(tree_.id, path, content);
    }

    std::optional<Listing::Place> file_at(const RelPath& path) const {
        const auto place = listing_.place_of(path);
        if (!place || listing_.kind_at(*place) != EntryKind::file) return std::nullopt;
        return place;
    }

    std::optional<FileState> state_of(const RelPath& path) const {
        const auto place = file_at(path);
        if (!place) return std::nullopt;
        const bool fresh = is_fresh(*place) || is_new(*place) || asked_again_.contains(*place);
        return FileState{.is_fresh = fresh, .digest = digest_at(*place)};
    }

    // What is fetched is held against its lists as it comes.
    Status compare(ChecksumSets& sets) const {
        for (const auto& item : sets.to_compare())
            if (const auto place = file_at(item.path); place && !is_fresh(*place) && !is_new(*place))
                if (auto done = compare_with(store_, item, digest_at(*place), sets, progress_); !done)
                    return done;
        for (const auto& set : sets.read())
            for (const auto& item : set.files) {
                const auto place = item.checksum.digest() ? std::nullopt : file_at(item.path);
                if (!place || is_fresh(*place) || !is_new(*place)) continue;
                if (auto done = compare_with(store_, item, digest_at(*place), sets, progress_); !done)
                    return done;
            }
        return {};
    }

    Store& store_;
    const TreeRow& tree_;
    Listing& listing_;
    const Plan& plan_;
    const Verifier& verifier_;
    ListRule rule_;
    Progress& progress_;
    std::set<Listing::Place> asked_again_;
};

}  // namespace

std::optional<std::vector<Plan::Fetch>> ChecksumMetadata::wants(Listing& listing, const Plan& plan) {
    if (is_done_ || rule_ == ListRule::ignore) return std::nullopt;
    wanted_ = Reader(store_, tree_, listing, plan, verifier_, rule_, progress_).wanted();
    is_done_ = wanted_.empty();
    if (is_done_) return std::nullopt;
    fresh_ = fetches_of(wanted_, listing, plan.fetch);
    return fresh_;
}

Status ChecksumMetadata::read(Listing& listing, const Plan& plan, const FetchResult& came) {
    // Nobody is told what it says, so it says nothing.
    std::erase_if(wanted_, [&](const ChecksumSet& set) {
        const auto list = listing.place_of(set.list);
        return list && std::binary_search(came.closed.begin(), came.closed.end(), *list);
    });
    auto sets = Reader(store_, tree_, listing, plan, verifier_, rule_, progress_).read(wanted_);
    if (!sets) return sets.error();
    sets_ = std::move(*sets);
    for (const auto& item : fresh_)
        if (!std::binary_search(came.missing.begin(), came.missing.end(), item.place))
            fetched_.add(listing.at(item.place).entry);
    is_done_ = true;
    return {};
}

Status ChecksumMetadata::compare_same(const Listing& listing, const std::vector<Listing::Place>& same) {
    for (const auto& item : sets_.to_compare()) {
        const auto place = listing.place_of(item.path);
        if (!place || !std::binary_search(same.begin(), same.end(), *place)) continue;
        const auto compared = compare_with(store_, item, listing.at(*place).entry.digest, sets_, progress_);
        if (!compared) return compared;
    }
    return {};
}

}  // namespace mirrorseed::sync
