#include "sync/checksums/checksum_metadata.hpp"

#include "core/text.hpp"
#include "sync/checksums/list_text.hpp"
#include "sync/checksums/set_plan.hpp"

#include <algorithm>
#include <set>

namespace mirrorseed::sync {
namespace {

// Is a content that is here what its list says?
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
    if (maker.finish() != checksum)
        sets.blame(path, "its " + std::string(checksum_name(checksum.kind)) + " is not what its list says");
    return {};
}

// One reading of the sets that a plan touches.
class Reader {
public:
    Reader(Store& store, const TreeRow& tree, Listing& listing, const Plan& plan, const Verifier& verifier,
           NewLists& new_lists, Progress& progress)
        : store_(store),
          tree_(tree),
          listing_(listing),
          plan_(plan),
          verifier_(verifier),
          progress_(progress),
          new_lists_(new_lists) {}

    std::vector<ChecksumSet> wanted() const { return sets_to_read(names()); }

    Result<ChecksumSets> read(const std::vector<ChecksumSet>& wanted) {
        std::vector<ReadSet> read;
        for (const auto& set : wanted) {
            auto one = read_one(set);
            if (!one) return one.error();
            ask_again(*one);
            read.push_back(std::move(*one));
        }
        ChecksumSets sets(std::move(read), [this](const RelPath& path) { return state_of(path); });
        const auto compared = compare(wanted, sets);
        if (!compared) return compared.error();
        learn_digests(listing_, plan_.fetch, sets);
        return sets;
    }

private:
    SetNames names() const {
        return names_of_sets(listing_, plan_.fetch, [this](const RelPath& folder) {
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

    // Fresh ones may turn out to be what the tree has.
    bool is_new(Listing::Place place) const {
        if (!is_fresh(place)) return false;
        const auto current =
            store_.catalogue().entries().find(tree_.id, tree_.generation, listing_.path_of(place));
        return !current || !current->digest || current->digest != listing_.at(place).entry.digest;
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
        if (!text)
            return ReadSet{.set = set, .fault = escape_text(set.list.str()) + " " + text.error().text()};
        texts.list = std::move(*text);
        for (const auto& path : set.signatures) {
            auto signature = content_of(listed_digest(path));
            if (!signature)
                return ReadSet{.set = set, .fault = escape_text(path.str()) + " " + signature.error().text()};
            texts.signatures.push_back(std::move(*signature));
        }
        const auto current = store_.catalogue().entries().find(tree_.id, tree_.generation, set.list);
        if (current && current->kind == EntryKind::file && current->digest != digest)
            if (auto list = content_of(current->digest)) texts.current_list = std::move(*list);
        return read_set(set, texts, verifier_);
    }

    // A file that looks as it did, of which a new list says otherwise, may have been replaced by one of the
    // same size and time: it is fetched to see.
    void ask_again(const ReadSet& set) {
        const auto list = listing_.place_of(set.set.list);
        if (!set.fault.empty() || !list || !is_new(*list)) return;
        for (const auto& [path, checksum] : set.files) {
            const auto expected = checksum.digest();
            const auto place = expected ? listing_.place_of(path) : std::nullopt;
            if (!place || listing_.kind_at(*place) != EntryKind::file || is_fresh(*place)) continue;
            const auto known = digest_at(*place);
            if (!known || *known == *expected) continue;
            listing_.set_digest(*place, *expected);
            asked_again_.insert(*place);
        }
    }

    std::optional<FileState> state_of(const RelPath& path) const {
        const auto place = listing_.place_of(path);
        if (!place || listing_.kind_at(*place) != EntryKind::file) return std::nullopt;
        const bool fresh = is_fresh(*place) || asked_again_.contains(*place);
        return FileState{.is_fresh = fresh, .digest = digest_at(*place)};
    }

    // A list that is new is compared with old files too. One that is not was so when it came.
    Status compare(const std::vector<ChecksumSet>& wanted, ChecksumSets& sets) {
        for (const auto& set : wanted)
            if (const auto place = listing_.place_of(set.list); place && is_new(*place))
                new_lists_.add(set.list);
        const auto to_compare = sets.to_compare();
        for (const auto& [path, checksum] : to_compare) {
            if (!new_lists_.reach(path)) continue;
            const auto compared =
                compare_with(store_, {path, checksum}, listed_digest(path), sets, progress_);
            if (!compared) return compared;
        }
        return {};
    }

    Store& store_;
    const TreeRow& tree_;
    Listing& listing_;
    const Plan& plan_;
    const Verifier& verifier_;
    Progress& progress_;
    NewLists& new_lists_;
    std::set<Listing::Place> asked_again_;
};

}  // namespace

std::optional<std::vector<Plan::Fetch>> ChecksumMetadata::wants(Listing& listing, const Plan& plan) {
    if (is_done_) return std::nullopt;
    wanted_ = Reader(store_, tree_, listing, plan, verifier_, new_lists_, progress_).wanted();
    is_done_ = wanted_.empty();
    if (is_done_) return std::nullopt;
    fresh_ = fetches_of(wanted_, listing, plan.fetch);
    return fresh_;
}

Status ChecksumMetadata::read(Listing& listing, const Plan& plan, const FetchResult& came) {
    auto sets = Reader(store_, tree_, listing, plan, verifier_, new_lists_, progress_).read(wanted_);
    if (!sets) return sets.error();
    sets_ = std::move(*sets);
    for (const auto& item : fresh_)
        if (!std::binary_search(came.missing.begin(), came.missing.end(), item.place))
            fetched_.add(listing.at(item.place).entry);
    is_done_ = true;
    return {};
}

void NewLists::add(const RelPath& list) {
    folders_.push_back(list.parent());
}

bool NewLists::reach(const RelPath& path) const {
    return std::any_of(folders_.begin(), folders_.end(),
                       [&](const RelPath& folder) { return path.is_within(folder); });
}

Status ChecksumMetadata::compare_same(const Listing& listing, const std::vector<Listing::Place>& same) {
    for (const auto place : same) {
        const auto path = listing.path_of(place);
        const auto expected = new_lists_.reach(path) ? sets_.expected(path) : std::vector<Checksum>();
        if (expected.empty() || expected.front().digest()) continue;
        const auto compared =
            compare_with(store_, {path, expected.front()}, listing.at(place).entry.digest, sets_, progress_);
        if (!compared) return compared;
    }
    return {};
}

}  // namespace mirrorseed::sync
