#include "sync/run/signed_files.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

namespace mirrorseed::sync {
namespace {

constexpr Bytes longest_signature = Bytes{64} << 10;
constexpr unsigned most_at_once = 8;
constexpr Bytes most_kept = Bytes{1} << 30;

struct Question {
    const SignedFile* file = nullptr;
    Digest content{};
    std::string signature{};
};

// What is here, and has to be judged.
class Gatherer {
public:
    Gatherer(const Surroundings& around, const SignedFiles& to_be_signed, const Listing& listing,
             const FetchResult& fetched)
        : around_(around),
          listing_(listing),
          fetched_(fetched),
          judges_all_(judges_all(around, to_be_signed)) {
        for (const auto* some : {&fetched.quarantined, &fetched.withdrawn})
            for (const auto& item : *some)
                lacks_.insert(item.path);
    }

    Result<std::optional<Question>> question_of(const SignedFile& file) const {
        const auto digest = content_of(file.path);
        if (!digest || (!judges_all_ && was_judged(file, *digest))) return std::optional<Question>();
        auto signature = signature_of(file);
        if (!signature) return signature.error();
        return std::optional(Question{&file, *digest, std::move(*signature)});
    }

private:
    bool was_judged(const SignedFile& file, const Digest& content) const {
        return content == current(file.path) && content_of(file.signature) == current(file.signature);
    }

    // What did not have to come has its digest in the catalogue alone.
    std::optional<Digest> content_of(const RelPath& path) const {
        const auto place = listing_.place_of(path);
        if (!place || lacks_.contains(path) ||
            std::binary_search(fetched_.missing.begin(), fetched_.missing.end(), *place))
            return std::nullopt;
        const auto listed = listing_.folders()[place->folder].digest(place->entry);
        return listed ? listed : current(path);
    }

    std::optional<Digest> current(const RelPath& path) const {
        const auto entry =
            around_.store.catalogue().entries().find(around_.tree.id, around_.tree.generation, path);
        return entry ? entry->digest : std::nullopt;
    }

    Result<std::string> signature_of(const SignedFile& file) const {
        const auto digest = content_of(file.signature);
        if (!digest) return file.otherwise;
        const auto blob = around_.store.blobs().open_blob(*digest);
        if (!blob) return blob.error();
        std::string text;
        const Error too_long(Fault::bad_input, "it is longer than a signature");
        const auto read = read_through(*blob, file.signature.str(), [&](ByteSpan bytes) -> Status {
            if (text.size() > longest_signature) return too_long;
            text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return {};
        });
        // Of what is so long the beginning is judged, which is no signature either.
        if (!read && !read.error().is(Fault::bad_input)) return read.error();
        return text;
    }

    const Surroundings& around_;
    const Listing& listing_;
    const FetchResult& fetched_;
    std::unordered_set<RelPath> lacks_;
    bool judges_all_;
};

// Each file is judged by a program of its own, so several are at once.
class Judges {
public:
    Judges(const Surroundings& around, const SignedFiles& to_be_signed, const std::vector<Question>& asked)
        : around_(around), to_be_signed_(to_be_signed), asked_(asked) {}

    Result<std::vector<LeftOut>> judge_all() {
        {
            const auto many = std::clamp(std::thread::hardware_concurrency(), 1U, most_at_once);
            std::vector<std::jthread> threads;
            for (unsigned number = 0; number < many && number < asked_.size(); ++number)
                threads.emplace_back([this] { judge_some(); });
        }
        if (trouble_) return *trouble_;
        return std::move(refused_);
    }

private:
    void judge_some() {
        for (auto at = next_++; at < asked_.size(); at = next_++) {
            const auto judged = judge_or_fail(asked_[at]);
            const std::lock_guard lock(mutex_);
            around_.progress.file_done();
            if (!judged && judged.error().is(Fault::bad_input))
                refused_.push_back({asked_[at].file->path, judged.error().text()});
            else if (!judged && !trouble_)
                trouble_ = judged.error();
            if (trouble_) return;
        }
    }

    // Nothing may escape a thread.
    Status judge_or_fail(const Question& question) const {
        try {
            return judge(question);
        } catch (const Failure& failure) {
            return Error(Fault::failed, failure.error().text());
        } catch (const std::exception& escaped) {
            return Error(Fault::failed, std::string("judging a signature failed: ") + escaped.what());
        }
    }

    Status judge(const Question& question) const {
        const auto may_go_on = around_.progress.go_on();
        if (!may_go_on) return may_go_on;
        if (question.signature.empty()) return Error(Fault::bad_input, "it has no signature");
        const auto content = around_.store.blobs().open_blob(question.content);
        if (!content) return content.error();
        return to_be_signed_.judge(*content, question.signature);
    }

    const Surroundings& around_;
    const SignedFiles& to_be_signed_;
    const std::vector<Question>& asked_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;  // for what follows
    std::vector<LeftOut> refused_;
    std::optional<Error> trouble_;
};

}  // namespace

bool judges_all(const Surroundings& around, const SignedFiles& to_be_signed) {
    // Of a tree that is not all that was listed nobody knows by what its files were judged.
    const bool were_judged = around.tree.listed_for == around.wish.all_terms();
    return !to_be_signed.files.empty() && (!were_judged || around.wish.full);
}

Status check_signed_files(const Surroundings& around, const SignedFiles& to_be_signed, const Listing& listing,
                          FetchResult& fetched) {
    std::vector<Question> asked;
    const Gatherer gatherer(around, to_be_signed, listing, fetched);
    for (const auto& file : to_be_signed.files) {
        auto question = gatherer.question_of(file);
        if (!question) return question.error();
        if (*question) asked.push_back(std::move(**question));
    }
    if (asked.empty()) return {};
    around.progress.start("verify", asked.size());
    auto refused = Judges(around, to_be_signed, asked).judge_all();
    if (!refused) return refused.error();
    FetchResult bad;
    std::unordered_map<RelPath, RelPath> signatures;
    for (const auto& question : asked)
        signatures.emplace(question.file->path, question.file->signature);
    for (const auto& item : *refused)
        bad.badly_signed.push_back({item.path, signatures.at(item.path)});
    bad.quarantined = std::move(*refused);
    fetched.add(std::move(bad));
    return {};
}

void hold_back_badly_signed(const Listing& listing, const FetchResult& fetched, Doubtful& doubtful) {
    Bytes kept = 0;
    for (const auto& item : fetched.badly_signed) {
        doubtful.names.push_back(item.signature);
        const auto place = listing.place_of(item.path);
        if (!place) continue;
        const auto entry = listing.at(*place).entry;
        if (!entry.digest || entry.size > most_kept - kept) continue;
        kept += entry.size;
        doubtful.kept.push_back({item.path, entry.size, entry.mtime, *entry.digest});
    }
}

}  // namespace mirrorseed::sync
